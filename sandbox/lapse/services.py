"""What the databases of services and sandbox say of what is in flight, read in one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from sandbox.outside import Outside, look_outside
from services.common.contracts.topics import all_topics
from services.common.runtime.relay.relay import NUDGE_AGAIN_AFTER
from services.common.runtime.settings import driverless

SANDBOX = "sandbox"

# `due` is the earliest instant at which a workflow must look again; people and the outside have plans of their own.
QUERY = """
SELECT
    (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unsent,
    (SELECT coalesce(max(id), 0) FROM outbox) AS newest,
    (SELECT count(*) FROM obligation
        WHERE state = 'open' AND owner = 'workflow' AND due_at <= $1
            AND (nudged_at IS NULL OR nudged_at <= $2)) AS unnudged,
    (SELECT min(due_at) FROM obligation WHERE state = 'open' AND owner = 'workflow' AND due_at > $1) AS due,
    (SELECT count(*) FROM held_message WHERE status IN ('dead', 'waiting')) AS held
"""
SPOKEN = """
SELECT kind, target, key, (headers ->> 'ce_caseversion')::int AS version FROM outbox WHERE id > $1 AND id <= $2
"""
BANK_SAID = """
SELECT topic, event_id, everywhere, sent_at FROM feed_outbox WHERE sent_at > $1 ORDER BY sent_at
"""
# An event is heard when its stream or inbox has it, or when it was held with a reason.
UNHEARD = """
SELECT said.place FROM unnest($1::text[], $2::text[], $3::int[], $4::text[])
    WITH ORDINALITY AS said (source, subject, version, event_id, place)
WHERE NOT EXISTS (SELECT FROM inbox_stream s
        WHERE s.source = said.source AND s.subject = said.subject AND s.version >= said.version)
    AND NOT (said.version IS NULL AND EXISTS (SELECT FROM inbox i
        WHERE i.source = said.source AND i.event_id = said.event_id))
    AND NOT EXISTS (SELECT FROM held_message h
        WHERE h.source = said.source AND h.event_id = said.event_id AND h.status <> 'waiting')
"""


@dataclass(frozen=True, slots=True)
class Said:
    """An event that somebody must hear. `version` is None for the bank's, which are known by their id alone."""

    source: str
    subject: str
    version: int | None
    event_id: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a service has put into its outbox: events as (topic, key, version), and ids of the workflows that it started
    or nudged.
    """

    events: list[tuple[str, str, int]]
    workflows: set[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one service stands at one moment."""

    unsent: int
    newest: int
    unnudged: int
    due: datetime | None
    held: int

    @property
    def moved(self) -> tuple[int, int]:
        """What is the same as long as the service has done nothing."""
        return self.newest, self.held

    def in_flight(self) -> list[str]:
        """What is in flight, in words."""
        counts = {"outbox rows to deliver": self.unsent, "overdue obligations to nudge": self.unnudged}
        return [f"{count} {what}" for what, count in counts.items() if count]


class ServiceDatabases:
    """Read-only looks into the databases of services and sandbox; a connection is made again when it was lost."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {service: driverless(url) for service, url in urls.items()}
        self._connections: dict[str, asyncpg.Connection] = {}

    @property
    def services(self) -> tuple[str, ...]:
        """The services, without the sandbox."""
        return tuple(name for name in self._urls if name != SANDBOX)

    async def connection(self, service: str) -> asyncpg.Connection:
        """The connection to a service's database."""
        found = self._connections.get(service)
        if found is None or found.is_closed():
            found = await asyncpg.connect(self._urls[service], server_settings={"default_transaction_read_only": "on"})
            self._connections[service] = found
        return found

    async def standing(self, service: str, now: datetime) -> Standing:
        """How `service` stands at business time `now`."""
        row = await (await self.connection(service)).fetchrow(QUERY, now, now - NUDGE_AGAIN_AFTER)
        return Standing(**dict(row))

    async def outside(self, now: datetime) -> Outside:
        """How the outside stands at business time `now`."""
        return await look_outside(await self.connection(SANDBOX), now)

    async def spoken(self, service: str, after: int, upto: int) -> Spoken:
        """What stands in a service's outbox after one id, up to another."""
        rows = await (await self.connection(service)).fetch(SPOKEN, after, upto)
        events = [(row["target"], row["key"], row["version"]) for row in rows if row["kind"] == "event"]
        return Spoken(events, {row["key"] for row in rows if row["kind"] != "event"})

    async def bank_said(self, since: datetime) -> list[tuple[str, list[str], datetime]]:
        """Topic, ids as consumers see them, and wall instant of what the bank sent after `since`."""
        partitions = all_topics()
        found = []
        for row in await (await self.connection(SANDBOX)).fetch(BANK_SAID, since):
            copies = range(partitions[row["topic"]].partitions) if row["everywhere"] else ()
            ids = [f"{row['event_id']}/{number}" for number in copies] or [row["event_id"]]
            found.append((row["topic"], ids, row["sent_at"]))
        return found

    async def unheard(self, consumer: str, events: Sequence[Said]) -> set[Said]:
        """Those of the events that a consumer has not heard yet."""
        columns = zip(*((one.source, one.subject, one.version, one.event_id) for one in events), strict=True)
        rows = await (await self.connection(consumer)).fetch(UNHEARD, *(list(column) for column in columns))
        return {events[row["place"] - 1] for row in rows}

    async def close(self) -> None:
        for connection in self._connections.values():
            connection.terminate()
        self._connections.clear()
