"""What a borrower was told about a case, and what still has to be."""

from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.contact.domain.disclosures import still_open
from services.contact.policies import Policies
from services.contact.schemas.talks import Disclosures, DisclosureShown, InWords
from services.contact.service.messages.told import Told, told_to
from services.contact.service.people.whom import person_of

READERS = frozenset(ROLES)


class DisclosureList:
    """Shows the list. Conversations fill it in, and messages that are sent."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def of_case(self, caller: Caller, case_id: UUID, party_id: UUID | None) -> Disclosures:
        """Each item, and when it was told to a person. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            case, person_id = await person_of(session, case_id, party_id)
            given = await told_to(session, case, person_id)
        day = local_day(self._database.clock.now(), case.time_zones[0])
        items = self._policies.script.on(day).value.disclosures
        return Disclosures(
            items=[_shown(item, InWords(zh=words.zh, en=words.en), given.get(item)) for item, words in items.items()],
            open=list(still_open(items, given)),
        )


def _shown(item: str, words: InWords, given: Told | None) -> DisclosureShown:
    return DisclosureShown(
        item=item,
        words=words,
        given_at=given.given_at if given else None,
        given_by=given.given_by if given else None,
        version=given.version if given else None,
        conversation_id=given.conversation_id if given else None,
        message_id=given.message_id if given else None,
    )
