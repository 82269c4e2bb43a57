"""People and agencies ask for permits; a refusal is an answer and is kept like a permit."""

from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.errors import Forbidden
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.errors import CaseIsClosed, NumberUnknown, PermitUnknown
from services.contact.models import Number
from services.contact.policies import Policies
from services.contact.repository import cases
from services.contact.repository.permits import find_permit, lock_budget
from services.contact.schemas import AskPermit, PermitAnswer, Said, Verdict
from services.contact.schemas.permits import PermitReturned
from services.contact.service.messages.outcome import case_of
from services.contact.service.permits.asked_about import fitting, special_of
from services.contact.service.permits.deciding import Decision, PermitAsk, Permits
from services.contact.service.permits.using import give_back
from services.contact.texts import Voice

ASKERS = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})
IN_CHARGE = frozenset({"supervisor", "manager"})


class Asking:
    """Answers "may I"."""

    def __init__(self, database: Database, permits: Permits, policies: Policies, voice: Voice) -> None:
        self._database = database
        self._permits = permits
        self._policies = policies
        self._voice = voice

    async def ask(self, caller: Caller, body: AskPermit) -> Answer:
        """Decide on a contact and keep the decision.

        CaseUnknown, CaseIsClosed, NumberUnknown, PartyUnknown, ThirdPartyUnknown, ConsentUnknown, AskUnfit, Forbidden.
        """
        caller.require_any(ASKERS)
        async with self._database.write(caller) as uow:
            case = await case_of(uow, body.case_id)
            day = local_day(uow.now(), case.time_zones[0])
            acts_as = self._policies.delivery.on(day).value.acts_as
            fitting(caller, body, acts_as)
            if case.closed_at is not None:
                raise CaseIsClosed("nobody is contacted about a case that has ended")
            special = await special_of(uow, case, body, acts_as)
            person_id = special.person_id or case.borrower_id
            number = None if special.third_party else await _number(uow, person_id, body.channel, body.number_id)
            key = caller.command.key if caller.command else caller.correlation_id
            ask = PermitAsk(
                permit_id=business_uuid("permit", caller.subject, str(case.case_id), key),
                case=case,
                channel=body.channel,
                purpose=body.purpose,
                template=body.purpose,
                message_class=body.message_class,
                number=number,
                # The script of a call begins with who is speaking, and nobody is let speak for no institution.
                names_institution=self._voice.complete,
                special=special,
            )
            decision = await self._permits.reserve(uow, ask)
            await audited(uow, ask, decision)
            weak = self._policies.overrides.on(day).value.strengths
            return uow.answer(answer_of(ask, decision, weak))

    async def give_back(self, caller: Caller, permit_id: UUID) -> Answer:
        """Take back a permit under which nothing was done, also after it ran out.

        PermitUnknown, PermitUnusable (refused, used, or a conversation was begun), Forbidden: whoever asked for it, or
        a supervisor.
        """
        caller.require_any(ASKERS)
        async with self._database.write(caller) as uow:
            permit = await find_permit(uow.session, permit_id)
            if permit is None:
                raise PermitUnknown("there is no decision of this id")
            if permit.asked_by != caller.person and not caller.roles & IN_CHARGE:
                raise Forbidden("whoever asked for a permit gives it back, or a supervisor")
            # The budget before the permit, as whoever asks for another one locks them.
            await lock_budget(uow.session, permit.borrower_id)
            permit = await give_back(uow, permit_id)
            return uow.answer(PermitReturned(permit_id=permit_id, case_id=permit.case_id, returned_at=uow.now()))


async def audited(uow: UnitOfWork, ask: PermitAsk, decision: Decision) -> None:
    """Record the decision."""
    await uow.audit(
        "permit.decided",
        f"permit/{decision.permit_id}",
        case_id=ask.case.case_id,
        detail={"permitted": decision.permitted, "rules": list(decision.rules), "channel": ask.channel.value},
    )


def answer_of(ask: PermitAsk, decision: Decision, weak: frozenset[str]) -> PermitAnswer:
    """The decision as it is told. `weak` are the strengths of the rules that two people may override."""
    return PermitAnswer(
        permit_id=decision.permit_id,
        case_id=ask.case.case_id,
        channel=ask.channel,
        verdict="permitted" if decision.permitted else "refused",
        rules=list(decision.rules),
        said=Said.model_validate(decision.said),
        verdicts=[Verdict.model_validate(one, from_attributes=True) for one in decision.verdicts],
        overridden=list(decision.overridden),
        may_be_overridden=not decision.permitted
        and all(one.strength in weak for one in decision.verdicts if one.refuses),
        number_id=ask.number.number_id if ask.number else None,
        pack=decision.pack,
        pack_version=decision.pack_version,
        decided_at=decision.decided_at,
        expires_at=decision.expires_at,
        earliest=decision.earliest,
    )


async def _number(uow: UnitOfWork, person_id: UUID, channel: Channel, number_id: UUID | None) -> Number | None:
    """The number that would be used. Barred ones too, after all others: whether one may still be used, as for one
    answer to somebody who opted out and wrote again, the guard says."""
    known = await cases.numbers_in(uow.session, person_id, channel.value)
    if number_id is None:
        return known[0] if known else None
    number = next((one for one in known if one.number_id == number_id), None)
    if number is None:
        raise NumberUnknown("the person has no number of this id in this channel")
    return number
