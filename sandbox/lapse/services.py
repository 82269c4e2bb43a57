"""What the services' databases say of what is in flight, read in one statement each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import asyncpg

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
POSITIONS = "SELECT topic, partition, next_offset FROM consumer_position"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one service stands at one moment."""

    unsent: int
    newest: int
    unnudged: int
    due: datetime | None
    held: int


class ServiceDatabases:
    """Read-only looks into the services' own databases; each connection is made again when it was lost."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {service: url.replace("postgresql+asyncpg://", "postgresql://") for service, url in urls.items()}
        self._connections: dict[str, asyncpg.Connection] = {}

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(self._urls)

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

    async def positions(self, service: str) -> dict[tuple[str, int], int]:
        """How far the service has consumed, by topic and partition."""
        rows = await (await self.connection(service)).fetch(POSITIONS)
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}

    async def close(self) -> None:
        for connection in self._connections.values():
            connection.terminate()
        self._connections.clear()
