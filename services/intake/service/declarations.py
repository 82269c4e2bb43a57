"""Declared means: attested by the borrower, compared with what is known, looked at by a person where they differ."""

from datetime import timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

from services.common.kernel.errors import Forbidden
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.intake.domain.case_state import CaseState
from services.intake.domain.declaration import Difference, differences
from services.intake.domain.form import FormField
from services.intake.errors import CaseIsClosed, CaseUnknown, DeclarationUnknown, StatementNotNewest
from services.intake.models import Attestation, CollectionsCase, Note
from services.intake.policies import Policies
from services.intake.repository import cases, form
from services.intake.request_texts import ATTESTED, ATTESTED_VERSION
from services.intake.schemas.declaration import Attest, Attested, LookedAt, Reviewed
from services.intake.service.casework import STAFF
from services.intake.service.standing import Means, MeansOfBorrowers

REVIEW: Final = "review_declaration"
REVIEWERS: Final = frozenset({"senior_agent", "supervisor", "manager"})


class Declarations:
    """Keeps attestations, and what came of looking at them."""

    def __init__(self, database: Database, policies: Policies, means: MeansOfBorrowers) -> None:
        self._database = database
        self._policies = policies
        self._means = means

    async def attest(self, caller: Caller, case_id: UUID, body: Attest) -> Answer:
        """Keep that the borrower attests the newest statement. Where it differs materially from what is known, somebody
        is asked to look: the case goes on as it would. CaseUnknown, CaseIsClosed, StatementNotNewest, Unavailable."""
        caller.require_any(STAFF)
        own = Caller.service(self._database.service, caller.correlation_id, acting_for=caller.person)
        found = await self._means.means(case_id, own)
        if found is None or found.assessment_id != body.assessment_id:
            raise StatementNotNewest
        async with self._database.write(caller) as uow:
            case = await cases.lock(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            if case.state == CaseState.CLOSED:
                raise CaseIsClosed
            now = uow.now()
            policy = self._policies.form(now)
            entries = await form.of_case(uow.session, case_id)
            said = [Fraction(one.value) for one in entries if one.field == FormField.AMOUNT]
            accounts = await cases.open_of_borrower(uow.session, case.borrower_id)
            other = differences(
                _stated(found),
                _owed(case),
                sum((_owed(one) for one in accounts if one.currency == case.currency), Fraction(0)),
                said[-1] if said else None,
                policy.amount_percent,
            )
            known = await uow.session.get(Attestation, (case_id, body.assessment_id))
            if known is None:
                known = Attestation(
                    case_id=case_id,
                    assessment_id=body.assessment_id,
                    how=body.how,
                    words_version=ATTESTED_VERSION,
                    differences=[one.value for one in other],
                    at=now,
                    actor=caller.person,
                )
                uow.session.add(known)
                await uow.audit("means.attested", f"assessment/{body.assessment_id}", case_id=case_id)
                if other:
                    await uow.open_task(
                        NewTask(
                            case_id=case_id,
                            kind=REVIEW,
                            ref=_ref(case_id, body.assessment_id),
                            needs_role="senior_agent",
                            decide_path=f"/v1/cases/{case_id}/attestations/{body.assessment_id}/review",
                            reason="facts_differ",
                            deadline=now + timedelta(days=policy.query_days),
                            excluded=(caller.subject,),
                        )
                    )
            return uow.answer(_shown(known), status=201)

    async def review(self, caller: Caller, case_id: UUID, assessment_id: UUID, body: LookedAt) -> Answer:
        """Say what came of looking. CaseUnknown; Forbidden to who took it; DeclarationUnknown: nobody was asked to."""
        caller.require_any(REVIEWERS)
        async with self._database.write(caller) as uow:
            if await cases.lock(uow.session, case_id, caller) is None:
                raise CaseUnknown
            known = await uow.session.get(Attestation, (case_id, assessment_id))
            if known is not None and known.actor == caller.person:
                raise Forbidden("somebody else looks at what you took down")
            ref = _ref(case_id, assessment_id)
            if not await uow.close_task(REVIEW, ref, body.finding):
                raise DeclarationUnknown
            note_id = business_uuid("note", REVIEW, ref)
            uow.session.add(Note(note_id=note_id, case_id=case_id, text=body.words, at=uow.now(), actor=caller.person))
            detail = {"finding": body.finding}
            await uow.audit("declaration.reviewed", f"assessment/{assessment_id}", case_id=case_id, detail=detail)
            return uow.answer(Reviewed(case_id=case_id, assessment_id=assessment_id, finding=body.finding))


def _stated(found: Means) -> Fraction:
    return found.unsecured_debts[found.own_debt].exact


def _owed(case: CollectionsCase) -> Fraction:
    return Fraction(case.arrears + case.balance)


def _shown(known: Attestation) -> Attested:
    zh, en = ATTESTED
    return Attested(
        case_id=known.case_id,
        assessment_id=known.assessment_id,
        how=known.how,
        words={"zh": zh, "en": en},
        words_version=known.words_version,
        at=known.at,
        to_look_at=[Difference(one) for one in known.differences],
    )


def _ref(case_id: UUID, assessment_id: UUID) -> str:
    return f"{case_id}/{assessment_id}"
