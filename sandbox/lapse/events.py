"""Whether every event that was said has been heard: by the streams and inboxes of its consumers, not by offsets.

The embedded broker's end offsets cannot be relied on (it counts a batch of records as one), and a broker that lost
its memory begins again at 0; what consumers have written down is true on every broker.
"""

from collections.abc import Iterable
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
        self._told = dict.fromkeys(databases.services, 0)
        self._bank_seen = datetime(1970, 1, 1, tzinfo=UTC)

    def told(self, consumer: str) -> int:
        """How many events a consumer has been told in all."""
        return self._told[consumer]

    def note(self, service: str, events: Iterable[tuple[str, str, int]]) -> None:
        """Remember events (topic, key, version) that `service` has said."""
        for topic, key, version in events:
            self._tell(topic, [Said(source_of(service, topic), key, version, f"{key}/{version}")])

    def bank_spoke(self, latest: datetime | None) -> bool:
        """Whether the bank, which spoke last at this wall instant, has said what is not remembered yet."""
        return latest is not None and latest > self._bank_seen

    async def note_bank(self) -> None:
        """Remember what the bank has said since the last call."""
        for topic, event_ids, sent_at in await self._databases.bank_said(self._bank_seen):
            self._bank_seen = max(self._bank_seen, sent_at)
            self._tell(topic, [Said(BANK, "", None, event_id) for event_id in event_ids])

    def _tell(self, topic: str, events: list[Said]) -> None:
        for consumer in self._topics[topic].consumers:
            if consumer in self._waiting:
                self._waiting[consumer].update(events)
                self._told[consumer] += len(events)

    async def in_flight(self) -> list[str]:
        """The first consumer that has not heard everything yet."""
        for consumer, events in self._waiting.items():
            if not events:
                continue
            left = await self._databases.unheard(consumer, sorted(events, key=lambda event: event.event_id))
            self._waiting[consumer] = left
            if left:
                return [f"{consumer} has {len(left)} events to hear"]
        return []
