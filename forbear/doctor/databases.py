"""Read-only connections to the databases of services and sandbox."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson

from forbear.doctor.verdicts import CannotLook

READ_ONLY = {
    "application_name": "forbear-doctor",
    "default_transaction_read_only": "on",
    "statement_timeout": "60000",
    "timezone": "UTC",
}
_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Databases:
    """One connection per database, made at first use; all queries on it see what the first one saw, until `anew`."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._connections: dict[str, Any] = {}
        self._snapshots: dict[str, Any] = {}

    async def connection(self, name: str) -> Any:
        """The connection to the database of `name`. CannotLook when nobody says where it is, or it does not answer."""
        if name not in self._urls:
            raise CannotLook(f"nobody says where the database of {name} is")
        found = self._connections.get(name)
        if found is None or found.is_closed():
            try:
                found = await asyncpg.connect(self._urls[name], server_settings=READ_ONLY, timeout=10)
                await found.set_type_codec(
                    "jsonb",
                    schema="pg_catalog",
                    encoder=lambda value: orjson.dumps(value).decode(),
                    decoder=orjson.loads,
                )
            except _AWAY as error:
                raise CannotLook(f"the database of {name}: {type(error).__name__}") from None
            self._connections[name] = found
            self._snapshots.pop(name, None)
        return found

    async def rows(self, name: str, query: str, *arguments: Any) -> list[Any]:
        """The rows of a query. CannotLook when the database refuses or goes away."""
        connection = await self.connection(name)
        try:
            if name not in self._snapshots:
                snapshot = connection.transaction(isolation="repeatable_read", readonly=True)
                await snapshot.start()
                self._snapshots[name] = snapshot
            found: list[Any] = await connection.fetch(query, *arguments)
        except _AWAY as error:
            raise CannotLook(f"the database of {name}: {type(error).__name__}") from None
        return found

    async def anew(self) -> None:
        """Let go of what was seen."""
        while self._snapshots:
            name, snapshot = self._snapshots.popitem()
            try:
                await snapshot.rollback()
            except _AWAY:
                self._connections.pop(name).terminate()

    async def close(self) -> None:
        self._snapshots.clear()
        for connection in self._connections.values():
            connection.terminate()
        self._connections.clear()
