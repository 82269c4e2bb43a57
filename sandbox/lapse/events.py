"""Whether every event that was said has been heard: by the streams and inboxes of its consumers, not by offsets.

The embedded broker's end offsets cannot be relied on (it counts a batch of records as one), and a broker that lost
its memory begins again at 0; what consumers have written down is true on every broker.
"""

from datetime import UTC, datetime

from sandbox.lapse.services import Said, ServiceDatabases
from services.common.contracts.envelope import source_of
from services.common.contracts.topics import all_topics

BANK = "/bank"


class Unheard:
    """Remembers what was said and not yet heard."""

    def __init__(self, databases: ServiceDatabases) -> None:
        self._databases = databases
        self._topics = all_topics()
        self._waiting: dict[str, set[Said]] = {service: set() for service in databases.services}
        self._bank_seen = datetime(1970, 1, 1, tzinfo=UTC)

    async def note(self, service: str, after: int, upto: int) -> None:
        """Remember the events among the outbox rows of `service` after one id, up to another."""
        for topic, key, version in await self._databases.said(service, after, upto):
            event = Said(source_of(service, topic), key, version, f"{key}/{version}")
            for consumer in self._topics[topic].consumers:
                if consumer in self._waiting:
                    self._waiting[consumer].add(event)

    async def note_bank(self) -> list[str]:
        """Remember what the bank has said since the last call; gives it as something that moved."""
        found: list[str] = []
        for topic, event_ids, sent_at in await self._databases.bank_said(self._bank_seen):
            self._bank_seen = max(self._bank_seen, sent_at)
            found.append(f"the bank spoke on {topic}")
            for consumer in self._topics[topic].consumers:
                if consumer in self._waiting:
                    self._waiting[consumer].update(Said(BANK, "", None, event_id) for event_id in event_ids)
        return found

    async def in_flight(self) -> list[str]:
        """Consumers that have not heard everything yet."""
        found: list[str] = []
        for consumer, events in self._waiting.items():
            if not events:
                continue
            left = await self._databases.unheard(consumer, sorted(events, key=lambda event: event.event_id))
            self._waiting[consumer] = left
            if left:
                found.append(f"{consumer} has {len(left)} events to hear")
        return found
