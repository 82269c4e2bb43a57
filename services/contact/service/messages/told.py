"""What somebody was told of what has to be told about a case: in a conversation, or in a message that was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.events.contacts import DisclosuresChanged
from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.disclosures import still_open
from services.contact.models import ContactCase, Message
from services.contact.policies import Policies
from services.contact.repository import cases, messages, talks
from services.contact.texts import templates


@dataclass(frozen=True, slots=True)
class Told:
    """When an item was told first, by which text, and where. Nobody in person tells it in a message."""

    item: str
    version: str
    given_at: datetime
    given_by: str | None
    conversation_id: UUID | None
    message_id: UUID | None


class Telling:
    """Tells others when everything mandatory was told to a borrower, and when it is not so any more."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def in_conversation(self, uow: UnitOfWork, case: ContactCase) -> None:
        """Something was told about a case, which is locked. Events carry counts, and never what was said."""
        script = self._policies.script.on(local_day(uow.now(), case.time_zones[0])).value
        given = await told_to(uow.session, case, case.borrower_id)
        missing = still_open(script.mandatory, given)
        if case.disclosed == (not missing):
            return
        case.disclosed = not missing
        await uow.emit(DisclosuresChanged(case_id=case.case_id, open=len(missing), at=uow.now()))

    async def in_message(self, uow: UnitOfWork, case_id: UUID, template: str) -> None:
        """A message was sent, or came back. Nothing is locked after the case that could be waited for."""
        if template not in _disclosing():
            return
        case = await cases.lock_case(uow.session, case_id)
        if case is not None:
            await self.in_conversation(uow, case)


async def told_to(session: AsyncSession, case: ContactCase, person_id: UUID) -> dict[str, Told]:
    """By item, what a person was told. A message counts while it is sent: not one that came back."""
    spoken = await talks.disclosures_of(session, case.case_id, person_id)
    found = [
        Told(one.item, one.version, one.given_at, one.given_by, one.conversation_id, message_id=None) for one in spoken
    ]
    if person_id == case.borrower_id:
        # Messages about a case go to its borrower.
        for message in await messages.sent_of(session, case.case_id, _disclosing()):
            found += _written(message)
    return {one.item: one for one in sorted(found, key=lambda one: one.given_at, reverse=True)}


def _written(message: Message) -> Iterator[Told]:
    if message.sent_at is None or message.template_version is None:
        return
    for item in templates()[message.template].discloses(message.template_version, message.params):
        version = f"{message.template}-{message.template_version}"
        yield Told(item, version, message.sent_at, None, None, message.message_id)


@cache
def _disclosing() -> frozenset[str]:
    """The templates that tell something of the list."""
    return frozenset(name for name, one in templates().items() if any(said.discloses for said in one.sentences))
