"""Sending what is wrong to a running service, and seeing that nothing is left of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import httpx
import orjson
from sqlalchemy import text

from services.common.runtime.database import Database
from tests.contract.edge import Issuer

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


class House(Protocol):
    """A service on a real database that is asked over its API."""

    client: httpx.AsyncClient
    issuer: Issuer
    database: Database


class Visitor:
    """Somebody at the door of a house. Everything that is not named is right."""

    def __init__(self, house: House, role: str = "agent") -> None:
        self.house = house
        self.role = role

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = None,
        key: str | None = "key-1",
        token: str | None = "",
        etag: str | None = None,
    ) -> httpx.Response:
        """Bytes are sent as they are. `token`: "" for a good one, None for none."""
        headers = {"content-type": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token or self.house.issuer.token(roles=[role or self.role])}"
        if key is not None:
            headers["idempotency-key"] = key
        if etag is not None:
            headers["if-match"] = etag
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return await self.house.client.request(method, f"/v1{path}", content=content, headers=headers)

    async def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        async with self.house.database.read() as session:
            names = list((await session.execute(text(TABLES))).scalars())
            counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
            return {name: count for name, count in await session.execute(text(counts))}

    @asynccontextmanager
    async def leaving_nothing(self) -> AsyncIterator[None]:
        """Whatever happens inside changes the number of rows of no table."""
        before = await self.rows()
        assert "outbox" in before and "audit_entry" in before
        yield
        after = await self.rows()
        assert after == before, {name: (before[name], after[name]) for name in after if before[name] != after[name]}

    async def assert_refused(self, status: int, problem: str, method: str, path: str, *args: Any, **more: Any) -> Any:
        """The problem document of a refusal that left nothing."""
        async with self.leaving_nothing():
            answer = await self.send(method, path, *args, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        found = answer.json()
        assert (answer.status_code, found["type"]) == (status, f"https://forbear.dev/problems/{problem}"), answer.text
        assert found["title"] and found["detail"] and found["status"] == status
        return found
