"""What the services' databases say of what is in flight, read in one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.common.contracts.topics import all_topics

SANDBOX = "sandbox"

# `due` is the earliest instant at which a workflow must look again; people and the outside have plans of their own.
QUERY = """
SELECT
    (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unsent,
    (SELECT coalesce(max(id), 0) FROM outbox) AS newest,
    (SELECT count(*) FROM obligation
        WHERE state = 'open' AND owner = 'workflow' AND due_at <= $1 AND nudged_at IS NULL) AS unnudged,
    (SELECT min(due_at) FROM obligation WHERE state = 'open' AND owner = 'workflow' AND due_at > $1) AS due,
    (SELECT count(*) FROM held_message WHERE status IN ('dead', 'waiting')) AS held
"""
TOUCHED = "SELECT DISTINCT key FROM outbox WHERE id > $1 AND id <= $2 AND kind IN ('start', 'nudge')"
SAID = """
SELECT target, key, (headers ->> 'ce_caseversion')::int AS version
FROM outbox WHERE id > $1 AND id <= $2 AND kind = 'event'
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
class Standing:
    """How one service stands at one moment."""

    unsent: int
    newest: int
    unnudged: int
    due: datetime | None
    held: int


class ServiceDatabases:
    """Read-only looks into the databases of services and sandbox; a connection is made again when it was lost."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {service: url.replace("postgresql+asyncpg://", "postgresql://") for service, url in urls.items()}
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
        row = await (await self.connection(service)).fetchrow(QUERY, now)
        return Standing(**dict(row))

    async def touched(self, service: str, after: int, upto: int) -> set[str]:
        """Ids of the workflows that were started or nudged by outbox rows after `after`, up to `upto`."""
        rows = await (await self.connection(service)).fetch(TOUCHED, after, upto)
        return {row["key"] for row in rows}

    async def said(self, service: str, after: int, upto: int) -> list[tuple[str, str, int]]:
        """Topic, key and version of the events among a service's outbox rows after one id, up to another."""
        rows = await (await self.connection(service)).fetch(SAID, after, upto)
        return [(row["target"], row["key"], row["version"]) for row in rows]

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
