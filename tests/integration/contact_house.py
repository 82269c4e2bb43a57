"""Contact on a real database and a clock moved by hand, with intake played by events and the gateway over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from standardwebhooks.webhooks import Webhook

from services.common.contracts.events.cases import TOPIC, CaseTriaged, HoldPlaced
from services.common.contracts.topics import all_topics
from services.common.contracts.workflows import MESSAGE_DELIVERY, DeliveryRequest, RoundInput
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.runtime.assembly import configure_secrets
from services.common.runtime.clock import wall_now
from services.common.runtime.database import Database
from services.contact.adapters.gateways import Figures
from services.contact.bootstrap import UseCases, gateways
from services.contact.models import TABLES, Message
from services.contact.policies import Policies
from services.contact.settings import Settings
from services.contact.workflows.messages import CadenceLook, CadenceState, Delivered
from tests.contract.edge import ISSUER
from tests.integration.contact_facts import START, case_of, phone_of, reply_of
from tests.integration.contact_outside import Gateway, Intake
from tests.integration.one_service import OneService

PARTITIONS = all_topics()[TOPIC].partitions


class House(OneService):
    """The service, and what the world says to it."""

    def __init__(self, url: str, start: datetime = START, policies: Policies | None = None) -> None:
        settings = Settings.model_validate(
            {"service": "contact", "sandbox": True, "issuer": ISSUER, "database_url": "postgresql://localhost/x"}
        )
        configure_secrets(settings)
        clock = FixedClock(start)
        database = Database("contact", url, clock, TABLES, pool_size=24)
        self.gateway, self.intake = Gateway(), Intake(clock)
        self._outside = httpx.AsyncClient(transport=httpx.MockTransport(self.gateway.answer))
        over_http = gateways(settings, self._outside, Figures(CollectorRegistry()))
        self.cases = UseCases(database, settings, policies or Policies.load(), over_http, self.intake)
        self.signer = Webhook(settings.gateway_webhook_secret.get_secret_value())
        super().__init__(database, clock, self.cases.handlers, self.cases.routers)

    async def close(self) -> None:
        await self._outside.aclose()
        await super().close()

    # -- the world ---------------------------------------------------------------------------------------------------

    async def triaged(self, name: str, borrower: str = "", origin: str = "bank", **changes: Any) -> CaseTriaged:
        """A case of intake reaches contact, with the numbers learned and holds known to be fresh."""
        case = case_of(name, borrower, origin, **changes)
        self.intake.phones.setdefault(case.case_id, phone_of(case))
        assert await self.hear("intake", case) == "applied"
        await self.beat()
        await self.cases.numbers.learn(RoundInput(case_id=case.case_id, round=case.round))
        return case

    async def hold(self, case: CaseTriaged, *blocks: str, ends_at: datetime | None = None) -> None:
        """Intake places a hold."""
        hold_id = business_uuid("hold", str(case.case_id), *blocks)
        placed = HoldPlaced.model_validate(
            {
                "case_id": case.case_id,
                "borrower_id": case.borrower_id,
                "hold_id": hold_id,
                "blocks": blocks,
                "starts_at": self.clock.now(),
                "ends_at": ends_at,
            }
        )
        assert await self.hear("intake", placed) == "applied"

    async def beat(self, ago: timedelta = timedelta(0), partitions: int = PARTITIONS) -> None:
        """Intake's relay was heard of so long ago on so many partitions."""
        table = TABLES.consumer_position
        async with self.database.read() as session:
            await session.execute(table.delete())
            rows = [
                {"topic": TOPIC, "partition": number, "next_offset": 1, "beat_at": wall_now() - ago}
                for number in range(partitions)
            ]
            await session.execute(insert(table).values(rows))

    async def webhook(
        self, name: str, body: Any, at: datetime | None = None, altered: Any = None, **headers: str
    ) -> httpx.Response:
        """The gateway tells something; `altered` is what arrives instead of what was signed."""
        content = orjson.dumps(body).decode()
        moment = at or wall_now()
        sent = {
            "webhook-id": name,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": self.signer.sign(name, moment, content),
            "content-type": "application/json",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        arrives = orjson.dumps(altered) if altered else content.encode()
        return await self.client.post("/v1/webhooks/gateway", content=arrives, headers=sent)

    async def reply(self, case: CaseTriaged, webhook_id: str, words: str) -> httpx.Response:
        """The borrower of a case writes to us."""
        return await self.webhook(webhook_id, reply_of(webhook_id, words, phone_of(case), self.clock.now()))

    # -- the service -------------------------------------------------------------------------------------------------

    async def look(self, case: CaseTriaged, round_: int = 1) -> CadenceState:
        """What the cadence does when it is woken."""
        return await self.cases.cadences.look(CadenceLook(case_id=case.case_id, round=round_))

    async def deliver(self, request: DeliveryRequest) -> Delivered:
        """One look of a message's workflow."""
        return await self.cases.delivery.deliver(request)

    async def carry(self, case: CaseTriaged) -> list[str]:
        """One look of every message of a case that was asked for; how each ended."""
        starts = [body for name, body in await self.outbox(case, "start") if name == MESSAGE_DELIVERY]
        return [(await self.deliver(DeliveryRequest.model_validate(body))).outcome for body in starts]

    # -- people ------------------------------------------------------------------------------------------------------

    async def ask(self, case: CaseTriaged, key: str, *roles: str, **changes: Any) -> httpx.Response:
        """Ask for the permit of a call."""
        return await self.ask_as("a-1", case, key, *roles, **changes)

    async def ask_as(self, subject: str, case: CaseTriaged, key: str, *roles: str, **changes: Any) -> httpx.Response:
        """Somebody asks for the permit of a call."""
        body = {"case_id": str(case.case_id), "channel": "voice", "purpose": "first_call", "message_class": "demand"}
        return await self.post("/v1/permits", body | changes, key, *roles, subject=subject)

    async def call(self, case: CaseTriaged, key: str, **changes: Any) -> httpx.Response:
        """Prepare, ask, call, and record a right-party conversation."""
        await self.post(f"/v1/cases/{case.case_id}/brief", None, f"{key}-brief")
        permit = (await self.ask(case, f"{key}-permit")).json()["permit_id"]
        spoken = {
            "permit_id": permit,
            "outcome": "RPC_REQUEST_RELIEF",
            "party_verified": True,
            "summary": "lost the job in January, wants lower payments",
            "read_back_confirmed": True,
            "cause": "UNEMPLOYMENT",
            "own_words": "I lost my job in January.",
            "request": {"request_type": "REDUCE", "months": 12},
        }
        return await self.post(f"/v1/cases/{case.case_id}/conversations", spoken | changes, key)

    # -- what can be seen --------------------------------------------------------------------------------------------

    async def events(self, case: CaseTriaged) -> list[str]:
        """Short names of the events about a case, in order."""
        return [name.removeprefix("forbear.").removesuffix(".v1") for name, _ in await self.outbox(case, "event")]

    async def outbox(self, case: CaseTriaged, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """Names (of a nudge: the workflow) and bodies of what was left for the relay about a case, in order."""
        table = TABLES.outbox
        async with self.database.read() as session:
            rows = await session.execute(
                select(table).where(table.c.case_id == case.case_id, table.c.kind == kind).order_by(table.c.id)
            )
            return [
                (row.key if kind == "nudge" else row.name, orjson.loads(row.body) if row.body else {}) for row in rows
            ]

    async def obligations(self, case: CaseTriaged) -> dict[str, datetime]:
        """Open obligations of a case: kind and due instant."""
        table = TABLES.obligation
        async with self.database.read() as session:
            rows = await session.execute(
                select(table.c.kind, table.c.due_at).where(table.c.case_id == case.case_id, table.c.state == "open")
            )
            return {row.kind: row.due_at for row in rows}

    async def message(self, message_id: UUID) -> Message:
        async with self.database.read() as session:
            found = await session.get(Message, message_id)
        assert found is not None
        return found
