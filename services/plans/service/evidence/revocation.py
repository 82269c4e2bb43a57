"""Revoking a document: the consent is withdrawn, or it was forged; whatever rests on it loses its basis."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.evidence import EvidenceNeedsMore
from services.common.contracts.events.plans import OfferWithdrawn
from services.common.kernel.errors import Forbidden
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import EvidenceState
from services.plans.errors import EvidenceRevoked, NotRevocable, UnknownEvidence
from services.plans.models import Evidence, EvidenceRevocation, Negotiation, Plan, PlanCase
from services.plans.repository import basis, checks, offers, reuse, rounds
from services.plans.repository import evidence as repository
from services.plans.schemas.evidence import AssessRevocation, EvidenceRevokedView, RevokeEvidence
from services.plans.service.agreement.ending import end_what_binds
from services.plans.service.asking import REVIEW, ask_for_draft, version_ref
from services.plans.service.context import BORROWER, NEGOTIATORS, Context, require_negotiator_or_borrower
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import lock, move_plan, nudge
from services.plans.service.hands import require_reviews
from services.plans.service.negotiation.offering import OFFER
from services.plans.service.stored import round_facts
from services.plans.vocabulary import CheckResult, Phase, PlanState, RevocationCause

ASSESS = "assess_revocation"
ASSESSED = "revocation_assessed"
_FOUND_GENUINE = (EvidenceState.VERIFIED, EvidenceState.EXPIRED)
_PENDING = (EvidenceState.RECEIVED, EvidenceState.UNDER_REVIEW)
_BINDING = (PlanState.SIGNED, PlanState.ACTIVE)


class RevokeDocuments:
    """Takes a document back, and has people look at what rests on it."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def revoke(self, caller: Caller, evidence_id: UUID, body: RevokeEvidence) -> Answer:
        """Revoke. UnknownEvidence, StaleVersion, EvidenceRevoked, NotRevocable, Forbidden.

        A plan that is drafted or submitted is not approved any more, one that is offered is withdrawn, and of one that
        is signed or in force a person decides. What was decided stands as it was, with the hash of the document.
        """
        self._require_right(caller, body.cause)
        async with self._context.database.write(caller) as uow:
            await self._lock_all(uow, evidence_id)
            found = await rounds.lock_case_of_evidence(uow.session, evidence_id, self._context.seen_by(caller))
            evidence = await repository.get_evidence(uow.session, evidence_id) if found else None
            if found is None or evidence is None:
                raise UnknownEvidence("there is no evidence of this id")
            caller.require_version(evidence.revision)
            if evidence.state == EvidenceState.REVOKED:
                raise EvidenceRevoked("the document was revoked before")
            if body.cause is RevocationCause.FORGED:
                await self._require_forgeable(uow, evidence)
            before = {"state": str(evidence.state)}
            evidence.state, evidence.revision = EvidenceState.REVOKED, evidence.revision + 1
            await repository.revoke(
                uow.session,
                evidence,
                EvidenceRevocation(
                    evidence_id=evidence_id,
                    cause=body.cause,
                    revoked_by=caller.person,
                    reasons=body.reasons,
                    revoked_at=uow.now(),
                ),
            )
            subject = f"evidence/{evidence_id}"
            await uow.audit(
                "evidence.revoked", subject, case_id=evidence.case_id, before=before, after={"state": "REVOKED"}
            )
            await uow.close_task(REVIEW, str(evidence_id), "revoked")
            plan = await self._take_the_basis(uow, found[1], evidence)
            for case_id in await reuse.serves(uow.session, evidence_id):
                _, negotiation = await lock(uow, case_id)
                await self._take_the_basis(uow, negotiation, evidence)
            return uow.answer(
                EvidenceRevokedView(
                    evidence_id=evidence_id,
                    state=str(evidence.state),
                    phase=str(found[1].phase),
                    plan_state=None if plan is None else str(plan.state),
                ),
                status=201,
                etag=evidence.revision,
            )

    async def assess(
        self, caller: Caller, evidence_id: UUID, body: AssessRevocation, case_id: UUID | None = None
    ) -> Answer:
        """Record what a person decided of a binding plan that rested on a revoked document, and end it if that was
        decided; `case_id` names the further case that the document served, where the plan is of that.

        UnknownEvidence, CoreUndecided, NotRevocable when nothing of the kind waits, Forbidden for who uploaded it or
        proposed what rests on it.
        """
        caller.require_any(NEGOTIATORS - {"agent", "senior_agent"})
        async with self._context.database.write(caller) as uow:
            found = await self._lock_where_it_serves(uow, evidence_id, case_id)
            evidence = await repository.get_evidence(uow.session, evidence_id) if found else None
            if found is None or evidence is None:
                raise UnknownEvidence("there is no evidence of this id")
            await self._require_other_hands(uow, evidence)
            if not await uow.close_task(ASSESS, _assessment(evidence, found[0].case_id), body.outcome):
                raise NotRevocable("no plan that binds waits for an assessment")
            plan = await self._bound_by(uow, found[0], evidence)
            if body.outcome == "plan_ends" and plan is not None:
                await end_what_binds(self._context, uow, *found, plan)
            result = CheckResult.PASSED if body.outcome == "plan_stands" else CheckResult.FAILED
            made = checks.Made(ASSESSED, caller.person, result, body.reasons)
            await checks.add(uow.session, evidence_id, [made], uow.now())
            await uow.audit(
                "revocation.assessed",
                f"evidence/{evidence_id}",
                case_id=found[0].case_id,
                detail={"outcome": body.outcome},
            )
            return uow.answer(
                EvidenceRevokedView(
                    evidence_id=evidence_id,
                    state=str(evidence.state),
                    phase=str(found[1].phase),
                    plan_state=None if plan is None else str(plan.state),
                ),
                status=201,
                etag=evidence.revision,
            )

    async def _lock_all(self, uow: UnitOfWork, evidence_id: UUID) -> None:
        """Lock every case that rests on the document, in one order, so that two revocations do not wait for each other.

        One that a document came to serve only now is locked after it was revoked.
        """
        for case_id in await reuse.touched(uow.session, evidence_id):
            await lock(uow, case_id)

    async def _lock_where_it_serves(
        self, uow: UnitOfWork, evidence_id: UUID, case_id: UUID | None
    ) -> tuple[PlanCase, Negotiation] | None:
        seen = self._context.seen_by(uow.caller)
        if case_id is None:
            return await rounds.lock_case_of_evidence(uow.session, evidence_id, seen)
        if case_id not in await reuse.touched(uow.session, evidence_id):
            return None
        return await rounds.lock_case(uow.session, case_id, seen)

    def _require_right(self, caller: Caller, cause: RevocationCause) -> None:
        require_negotiator_or_borrower(caller)
        if cause is RevocationCause.FORGED and (caller.acting_for or "").startswith(BORROWER):
            raise Forbidden("that a document is forged is found by a reviewer")

    async def _require_forgeable(self, uow: UnitOfWork, evidence: Evidence) -> None:
        if evidence.state not in _FOUND_GENUINE:
            raise NotRevocable("a document that was not found genuine is reviewed, and rejected")
        await require_reviews(uow, evidence)

    async def _require_other_hands(self, uow: UnitOfWork, evidence: Evidence) -> None:
        resting = await basis.resting_on(uow.session, evidence.evidence_id)
        if uow.caller.person in {evidence.uploaded_by, *(plan.proposed_by for plan in resting)}:
            raise Forbidden("who uploaded it or proposed the plan does not judge it")

    async def _bound_by(self, uow: UnitOfWork, case: PlanCase, evidence: Evidence) -> Plan | None:
        """The version of a case that binds and rests on a document."""
        resting = await basis.resting_on(uow.session, evidence.evidence_id, case.case_id)
        binding = [one for one in resting if one.state in _BINDING]
        return binding[-1] if binding else None

    async def _take_the_basis(self, uow: UnitOfWork, negotiation: Negotiation, evidence: Evidence) -> Plan | None:
        """Draw the consequences in one case; its newest plan that rested on the document, as it is now."""
        resting = await basis.resting_on(uow.session, evidence.evidence_id, negotiation.case_id)
        plan = resting[-1] if resting else None
        if any(one.state in _BINDING for one in resting):
            await self._have_it_assessed(uow, negotiation.case_id, evidence, {plan.proposed_by for plan in resting})
        if negotiation.phase == Phase.REVIEW:
            await self._ask_anew(uow, negotiation)
        elif plan is not None and plan.state == PlanState.OFFERED and negotiation.phase == Phase.OFFER:
            await self._withdraw(uow, negotiation, plan)
        return plan

    async def _have_it_assessed(self, uow: UnitOfWork, case_id: UUID, evidence: Evidence, proposers: set[str]) -> None:
        clocks = self._context.policies.clocks(self._context.day(uow.now()))
        elsewhere = "" if case_id == evidence.case_id else f"?case_id={case_id}"
        await uow.open_task(
            NewTask(
                case_id=case_id,
                kind=ASSESS,
                ref=_assessment(evidence, case_id),
                needs_role="supervisor",
                decide_path=f"/v1/evidence/{evidence.evidence_id}/revocation/assessment{elsewhere}",
                reason="evidence_revoked",
                deadline=uow.now() + timedelta(days=clocks.days_to_review),
                excluded=tuple(sorted({evidence.uploaded_by, *proposers})),
            )
        )

    async def _ask_anew(self, uow: UnitOfWork, negotiation: Negotiation) -> None:
        """What is left may not be enough: then the borrower is asked again, as when a reviewer needs more."""
        statement, checklist = await round_facts(uow, negotiation)
        day = self._context.day(uow.now())
        items, standing = await self._checklists.standing(uow, checklist, statement, day)
        if standing.sufficient or any(item.state in _PENDING for item in items):
            return
        await uow.emit(
            EvidenceNeedsMore(case_id=negotiation.case_id, checklist_id=checklist.checklist_id, round=negotiation.round)
        )
        due = uow.now() + timedelta(days=self._context.policies.evidence.on(day).value.days_to_deliver)
        missing = max(self._checklists.terms(checklist, statement).needed - len(standing.supporting), 1)
        await self._checklists.ask(uow, negotiation, checklist, missing, due)
        await nudge(uow, negotiation)

    async def _withdraw(self, uow: UnitOfWork, negotiation: Negotiation, plan: Plan) -> None:
        """An offer is taken back before it is accepted; another version can be drafted on other evidence."""
        await offers.withdraw(uow.session, plan, uow.now())
        await uow.meet(OFFER, version_ref(plan.plan_id, plan.version))
        await move_plan(uow, plan, PlanState.WITHDRAWN, negotiation, Phase.DRAFT)
        await uow.emit(
            OfferWithdrawn(case_id=plan.case_id, plan_id=plan.plan_id, version=plan.version, round=plan.round)
        )
        clocks = self._context.policies.clocks(self._context.day(uow.now()))
        await ask_for_draft(uow, negotiation, plan.version + 1, "evidence_revoked", clocks)
        await nudge(uow, negotiation)


def _assessment(evidence: Evidence, case_id: UUID) -> str:
    """How the task is named in which somebody decides on the plan of a case."""
    return str(evidence.evidence_id) if case_id == evidence.case_id else f"{evidence.evidence_id}/{case_id}"
