"""What somebody was told of what has to be told about a case: in a conversation, or in a message that was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contact.models import ContactCase, Message
from services.contact.repository import messages, talks
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
