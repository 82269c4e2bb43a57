"""One service alone on a real database and a clock moved by hand: it hears events and is asked over its API."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
from fastapi import APIRouter
from sqlalchemy import text

from services.common.contracts.envelope import EventPayload, source_of
from services.common.kernel.clock import FixedClock
from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.handlers import Handlers
from services.common.runtime.database import Database
from services.common.runtime.http.app import create_app
from services.common.runtime.metrics import Metrics
from services.common.runtime.settings import ServiceSettings
from tests.contract.edge import ISSUER, Issuer
from tests.integration.arriving import arriving

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class OneService:
    """The parts of a service as its bootstrap wires them, without broker and workflows."""

    def __init__(self, database: Database, clock: FixedClock, handlers: Handlers, routers: Sequence[APIRouter]) -> None:
        self.clock = clock
        self.database = database
        self.applier = Applier(database, handlers)
        self.issuer = Issuer()
        address = {"issuer": ISSUER, "database_url": "postgresql://localhost/unused"}
        app = create_app(
            database.service,
            database.service,
            routers,
            settings=ServiceSettings.model_validate({"service": database.service, "sandbox": True, **address}),
            ready_checks={},
            metrics=Metrics(database.service, "api"),
            issuer_client=httpx.AsyncClient(transport=httpx.MockTransport(self.issuer.answer)),
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service.test")
        self.versions: dict[tuple[str, str], int] = {}

    async def close(self) -> None:
        await self.client.aclose()
        await self.database.close()

    async def hear(self, service: str, payload: EventPayload) -> str:
        """An event of another service, next in its stream; what became of it."""
        stream = (source_of(service, payload.topic), payload.key())
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        return await self.apply(payload, f"{payload.key()}/{version}", stream[0], version=version)

    async def apply(
        self, payload: EventPayload, event_id: str, source: str, *, partition: int = 0, version: int | None = None
    ) -> str:
        """A message as the consumer takes it from the broker; what became of it."""
        message = arriving(payload, event_id, source, self.clock.now(), version=version, partition=partition)
        return (await self.applier.apply(message)).outcome

    async def get(self, path: str, *roles: str, subject: str = "a-1") -> httpx.Response:
        """GET as somebody with these roles (an agent without)."""
        return await self.client.get(path, headers=self._headers(roles, subject))

    async def post(
        self, path: str, body: Any, key: str, *roles: str, subject: str = "a-1", **headers: str
    ) -> httpx.Response:
        """POST under an idempotency key; further headers with underscores for dashes. No body for None."""
        sent = self._headers(roles, subject) | {"idempotency-key": key, "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, content=b"" if body is None else orjson.dumps(body), headers=sent)

    async def scalar(self, statement: str, **values: Any) -> Any:
        """The one value that a statement finds."""
        async with self.database.read() as session:
            return (await session.execute(text(statement), values)).scalar_one()

    def _headers(self, roles: Sequence[str], subject: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.token(sub=subject, roles=list(roles or ('agent',)))}"}
