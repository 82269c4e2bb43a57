"""Overriding a refusal: one person asks and says why it is lawful, another one decides, and the guard is asked anew."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.workflows import OVERRIDE_REQUEST, OverrideInput, override_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.stops import is_second_person
from services.contact.domain.vocabulary import Channel
from services.contact.errors import (
    CaseIsClosed,
    OverrideIsDecided,
    OverrideLapsed,
    OverrideUnfit,
    OverrideUnknown,
    PermitUnknown,
    RuleHolds,
    SecondPersonNeeded,
)
from services.contact.models import ContactCase, Override, Permit
from services.contact.policies import OverridePolicy, Policies
from services.contact.repository import overrides, permits
from services.contact.schemas.overrides import (
    DecideOverride,
    OpenOverrides,
    OverrideDecided,
    OverrideShown,
    RequestOverride,
)
from services.contact.service.messages.outcome import case_of
from services.contact.service.permits.asking import answer_of, audited
from services.contact.service.permits.deciding import Decision, PermitAsk, Permits
from services.contact.service.permits.lapses import TASK
from services.contact.service.permits.overridden import ask_again, refusing
from services.contact.texts import Voice

REQUESTERS = frozenset({"agent", "senior_agent", "supervisor", "manager"})
DECIDERS = frozenset({"supervisor", "manager"})
READERS = REQUESTERS | {"compliance", "risk"}
# A message is asked about again by itself when it may leave; people wait for a call or a visit.
_BY_PEOPLE = frozenset({Channel.VOICE.value, Channel.VISIT.value})
_SHOWN = 200


class Overrides:
    """Takes requests and decisions. Each is a conduct event in the audit."""

    def __init__(self, database: Database, permits: Permits, policies: Policies, voice: Voice) -> None:
        self._database = database
        self._permits = permits
        self._policies = policies
        self._voice = voice

    async def request(self, caller: Caller, permit_id: UUID, body: RequestOverride) -> Answer:
        """Ask to override a refusal. PermitUnknown, OverrideUnfit, RuleHolds, CaseIsClosed, Forbidden."""
        caller.require_any(REQUESTERS)
        async with self._database.write(caller) as uow:
            refusal = await permits.lock_permit(uow.session, permit_id)
            if refusal is None:
                raise PermitUnknown("there is no decision of this id")
            case, now = await self._open_case(uow, refusal.case_id), uow.now()
            policy = self._policy(uow, case)
            rules = _overridable(refusal, policy, body)
            override = Override(
                override_id=business_uuid("override", str(permit_id)),
                permit_id=permit_id,
                case_id=case.case_id,
                rules=rules,
                reason_code=body.reason_code,
                legal_reason=body.legal_reason,
                words=body.words,
                state="requested",
                requested_by=caller.person,
                requested_at=now,
                expires_at=now + timedelta(hours=policy.request_hours),
            )
            if not await overrides.add_override(uow.session, override):
                raise OverrideUnfit("somebody has asked to override this refusal before")
            await self._ask_second_person(uow, override, policy)
            await _log(uow, "requested", override)
            location = f"/v1/overrides/{override.override_id}"
            return uow.answer(_shown(override), status=201, etag=override.version, location=location)

    async def decide(self, caller: Caller, override_id: UUID, body: DecideOverride) -> Answer:
        """Approve or reject what another person asked for.

        An approval asks the guard under the lock of the budget, with these rules let through and no others; when any
        other refuses now, the request stays open. OverrideUnknown, OverrideIsDecided, OverrideLapsed,
        SecondPersonNeeded, CaseIsClosed, PreconditionRequired, StaleVersion, Forbidden.
        """
        caller.require_any(DECIDERS)
        async with self._database.write(caller) as uow:
            override = await overrides.lock_override(uow.session, override_id)
            if override is None:
                raise OverrideUnknown("there is no request of this id")
            if override.state == "lapsed":
                raise OverrideLapsed("the request waited too long; ask for the contact again")
            if override.state != "requested":
                raise OverrideIsDecided(f"the request is {override.state}")
            caller.require_version(override.version)
            if not is_second_person(override.requested_by, caller.person):
                raise SecondPersonNeeded("whoever asked for the override does not decide on it")
            if override.expires_at <= uow.now():
                raise OverrideLapsed("the request waited too long; ask for the contact again")
            override.version += 1
            made = await self._granted(uow, override) if body.approve else None
            if made is None or made[1].permitted:
                override.state = "approved" if body.approve else "rejected"
                override.decided_by, override.decided_at, override.decision = caller.person, uow.now(), body.words
                override.granted_permit_id = made[1].permit_id if made else None
                await uow.close_task(TASK, str(override_id), override.state)
            await _log(uow, override.state if override.state != "requested" else "refused", override)
            await uow.session.flush()
            permit = None if made is None else answer_of(*made, frozenset())
            return uow.answer(OverrideDecided(**_shown(override).model_dump(), permit=permit), etag=override.version)

    async def one(self, caller: Caller, override_id: UUID) -> OverrideShown:
        """One request. OverrideUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            found = await overrides.find_override(session, override_id)
        if found is None:
            raise OverrideUnknown("there is no request of this id")
        return _shown(found)

    async def waiting(self, caller: Caller) -> OpenOverrides:
        """Requests that may still be decided. Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            found = await overrides.open_overrides(session, self._database.clock.now(), _SHOWN)
        return OpenOverrides(items=[_shown(one) for one in found])

    async def _ask_second_person(self, uow: UnitOfWork, override: Override, policy: OverridePolicy) -> None:
        """Open the task of whoever decides, not of whoever asked; it is closed by the decision, or when it lapses."""
        workflow_id = override_workflow_id(override.override_id)
        asked = OverrideInput(case_id=override.case_id, override_id=override.override_id)
        await uow.open_task(
            NewTask(
                case_id=override.case_id,
                kind=TASK,
                ref=str(override.override_id),
                needs_role=policy.decided_by,
                decide_path=f"/v1/overrides/{override.override_id}/decision",
                reason=override.reason_code.upper(),
                deadline=override.expires_at,
                excluded=(override.requested_by,),
                workflow_id=workflow_id,
            )
        )
        await uow.start(OVERRIDE_REQUEST, workflow_id, asked, override.case_id)

    async def _granted(self, uow: UnitOfWork, override: Override) -> tuple[PermitAsk, Decision]:
        refusal = await overrides.find_permit(uow.session, override.permit_id)
        if refusal is None:
            raise PermitUnknown("there is no decision of this id")
        case = await self._open_case(uow, override.case_id)
        permit_id = business_uuid("permit", "override", str(override.override_id), str(override.version))
        ask = await ask_again(uow, case, refusal, permit_id, self._voice.complete, frozenset(override.rules))
        decision = await self._permits.reserve(uow, ask)
        await audited(uow, ask, decision)
        return ask, decision

    async def _open_case(self, uow: UnitOfWork, case_id: UUID) -> ContactCase:
        case = await case_of(uow, case_id)
        if case.closed_at is not None:
            raise CaseIsClosed("nobody is contacted about a case that has ended")
        return case

    def _policy(self, uow: UnitOfWork, case: ContactCase) -> OverridePolicy:
        return self._policies.overrides.on(local_day(uow.now(), case.time_zones[0])).value


def _overridable(refusal: Permit, policy: OverridePolicy, body: RequestOverride) -> list[str]:
    """The rules that refused. OverrideUnfit, RuleHolds when one of them is never overridden."""
    if refusal.verdict != "refused" or refusal.channel not in _BY_PEOPLE:
        raise OverrideUnfit("only a refused call or visit is overridden")
    if body.reason_code not in policy.reason_codes:
        known = ", ".join(sorted(policy.reason_codes))
        raise OverrideUnfit(f"name one of the reasons: {known}")
    strong = [rule for rule, strength in refusing(refusal) if strength not in policy.strengths]
    if strong:
        raise RuleHolds(f"nobody overrides {', '.join(strong)}", rules=strong)
    return [rule for rule, _ in refusing(refusal)]


async def _log(uow: UnitOfWork, what: str, override: Override) -> None:
    detail = {
        "rules": list(override.rules),
        "reason_code": override.reason_code,
        "permit_id": str(override.permit_id),
        "requested_by": override.requested_by,
    }
    subject = f"override/{override.override_id}"
    await uow.audit(f"conduct.override_{what}", subject, case_id=override.case_id, detail=detail)


def _shown(override: Override) -> OverrideShown:
    return OverrideShown.model_validate(override, from_attributes=True)
