"""Reading: the contact state of a case, and single messages."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.clock import local_day
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.contact.domain.guard import decision as guard
from services.contact.domain.guard.facts import Visit
from services.contact.domain.guard.telling import summary
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.errors import CaseUnknown, MessageUnknown
from services.contact.models import Cadence, ContactCase, Number
from services.contact.policies import Policies
from services.contact.repository import attempts, cases, messages, people, rounds, strategy
from services.contact.schemas import (
    AttemptShown,
    ChannelState,
    ContactView,
    ConversationShown,
    InboundShown,
    MessageShown,
    MessageWithText,
    NumberShown,
    RoundShown,
    Said,
)
from services.contact.schemas.steps import StepShown
from services.contact.service.people.preferences import shown_of
from services.contact.service.permits.asked import Asked, Special, packs_of, product_of
from services.contact.service.permits.facts import read_facts
from services.contact.texts import Voice

READERS = frozenset(ROLES)
SHOWN = 200
# As two people would go who would not enter.
_VISIT = Visit(staff=2)


class Views:
    """Answers of reads, each with a fixed number of statements."""

    def __init__(self, database: Database, policies: Policies, voice: Voice) -> None:
        self._database = database
        self._policies = policies
        self._voice = voice

    async def contact(self, caller: Caller, case_id: UUID) -> ContactView:
        """State, history and the next legal moment. CaseUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            case = await cases.find_case(session, case_id)
            if case is None:
                raise CaseUnknown("contact has not heard of this case")
            known = await cases.numbers_of(session, case.borrower_id)
            tried = await attempts.attempts_of(session, case_id, SHOWN)
            sent = await messages.messages_of(session, case_id, SHOWN)
            parties = [one.borrower_id for one in await people.parties_of(session, case_id)]
            replies = await rounds.inbound_of(session, [case.borrower_id, *parties], SHOWN)
            spoken = await rounds.conversations_of(session, case_id, SHOWN)
            taken = await strategy.steps_of(session, case_id, SHOWN)
            return ContactView(
                case_id=case_id,
                round=case.round,
                language=case.language,
                closed=case.closed_at is not None,
                preferences=shown_of(case.borrower_id, await people.find_person(session, case.borrower_id)),
                rounds=[_round(one) for one in await rounds.cadences_of(session, case_id)],
                steps=[StepShown.model_validate(one, from_attributes=True) for one in taken],
                channels=[await self._channel(session, case, channel, known) for channel in Channel],
                numbers=[_number(number) for number in known],
                attempts=[AttemptShown.model_validate(one, from_attributes=True) for one in tried],
                messages=[MessageShown.model_validate(one, from_attributes=True) for one in sent],
                replies=[InboundShown.model_validate(one, from_attributes=True) for one in replies],
                conversations=[ConversationShown.model_validate(one, from_attributes=True) for one in spoken],
            )

    async def message(self, caller: Caller, message_id: UUID) -> MessageWithText:
        """One message with its words. MessageUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            message = await messages.find_message(session, message_id)
        if message is None:
            raise MessageUnknown("there is no message of this id")
        return MessageWithText.model_validate(message, from_attributes=True)

    async def _channel(
        self, session: AsyncSession, case: ContactCase, channel: Channel, known: Sequence[Number]
    ) -> ChannelState:
        now = self._database.clock.now()
        day = local_day(now, case.time_zones[0])
        number = next((one for one in known if one.channel == channel.value and one.barred_at is None), None)
        delivery = self._policies.delivery.on(day).value
        terms = self._policies.packs.terms(packs_of(case), day, channel, delivery.acts_as, product_of(case))
        special = Special(actor=delivery.acts_as, visit=_VISIT if channel is Channel.VISIT else None)
        asked = Asked(case, channel, MessageClass.DEMAND, number, self._voice.complete, template="", special=special)
        answer = guard.ask(await read_facts(session, delivery, self._policies.packs, terms, asked, now), terms)
        said = Said(**summary(answer))
        if isinstance(answer, guard.Permit):
            return ChannelState(channel=channel, permitted=True, rules=[], said=said, earliest=None)
        rules = list(answer.rules)
        return ChannelState(channel=channel, permitted=False, rules=rules, said=said, earliest=answer.earliest)


def _round(cadence: Cadence) -> RoundShown:
    running = cadence.state == "running"
    return RoundShown(
        round=cadence.round,
        state=cadence.state,
        step=cadence.step,
        started_at=cadence.started_at,
        next_due=cadence.next_due if running else None,
        ended_at=cadence.ended_at,
    )


def _number(number: Number) -> NumberShown:
    return NumberShown(
        number_id=number.number_id,
        channel=number.channel,
        ending=number.value[-4:],
        provenance=number.provenance,
        verified=number.verified,
        barred=number.barred_at is not None,
    )
