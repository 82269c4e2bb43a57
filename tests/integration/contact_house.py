"""Contact on a real database and a clock moved by hand, with intake played by events and the gateway over HTTP."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from standardwebhooks.webhooks import Webhook

from services.common.contracts.envelope import Event, EventPayload, source_of
from services.common.contracts.events.cases import TOPIC, CaseTriaged, HoldPlaced
from services.common.contracts.topics import all_topics
from services.common.contracts.workflows import DeliveryRequest, MessageClass, RoundInput
from services.common.kernel.clock import FixedClock
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime.assembly import configure_secrets
from services.common.runtime.caller import Caller
from services.common.runtime.clock import wall_now
from services.common.runtime.consumer.apply import Applier
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.database import Database
from services.common.runtime.http.app import create_app
from services.common.runtime.metrics import Metrics
from services.common.runtime.service_tokens import ServiceTokens
from services.contact.adapters.gateway import HttpGateway
from services.contact.bootstrap import UseCases
from services.contact.models import TABLES, Message
from services.contact.service.numbers import BorrowerContacts, FactSource
from services.contact.settings import Settings
from services.contact.workflows.messages import CadenceLook, CadenceState, Delivered
from tests.contract.edge import ISSUER, Issuer

# Ten in the morning in Shanghai.
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
PARTITIONS = all_topics()[TOPIC].partitions


class Gateway:
    """A gateway behind HTTP. `ways` says how the next calls go: `late` takes the message and times out, `lost` times
    out without taking it, `refuse` answers 400, `down` answers 503."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.ways: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        if request.method == "GET":
            key = request.url.path.rpartition("/")[2]
            return self._known(key) if key in self.taken else httpx.Response(404)
        self.posts += 1
        way = self.ways.pop(0) if self.ways else ""
        if way == "down":
            return httpx.Response(503)
        if way == "refuse":
            return httpx.Response(400)
        body = json.loads(request.content)
        if way != "lost":
            assert body["idempotency_key"] not in self.taken or self.taken[body["idempotency_key"]] == body
            self.taken[body["idempotency_key"]] = body
        if way in ("late", "lost"):
            raise httpx.ReadTimeout("too late", request=request)
        return httpx.Response(202, json=self._known(body["idempotency_key"]).json())

    def _known(self, key: str) -> httpx.Response:
        return httpx.Response(200, json={"provider_id": f"gw-{key}", "status": "accepted"})


class Intake:
    """Intake as far as contact asks it."""

    def __init__(self) -> None:
        self.phones: dict[UUID, str | None] = {}
        self.down = False
        self.asked = 0

    async def borrower(self, case_id: UUID, caller: Caller) -> BorrowerContacts:
        self.asked += 1
        if self.down:
            raise Unavailable("intake does not answer")
        source = {"phone": FactSource(source="bank")}
        return BorrowerContacts(borrower_id=uuid.UUID(int=1), phone=self.phones[case_id], provenance=source)


def contact_settings() -> Settings:
    return Settings.model_validate(
        {"service": "contact", "sandbox": True, "issuer": ISSUER, "database_url": "postgresql://localhost/x"}
    )


class House:
    """The service, and what the world says to it."""

    def __init__(self, url: str, start: datetime = START) -> None:
        settings = contact_settings()
        configure_secrets(settings)
        self.clock = FixedClock(start)
        self.database = Database("contact", url, self.clock, TABLES, pool_size=24)
        self.gateway, self.intake, self.issuer = Gateway(), Intake(), Issuer()
        outside = httpx.AsyncClient(transport=httpx.MockTransport(self.gateway.answer))
        tokens = ServiceTokens(settings, outside)
        self._outside = outside
        over_http = HttpGateway(settings.gateway_url, settings.institution, "http://contact/cb", tokens, outside)
        self.cases = UseCases(self.database, settings, over_http, self.intake)
        self.applier = Applier(self.database, self.cases.handlers)
        self.signer = Webhook(settings.gateway_webhook_secret.get_secret_value())
        app = create_app(
            "contact",
            "Contact",
            self.cases.routers,
            settings=settings,
            ready_checks={},
            metrics=Metrics("contact", "api"),
            issuer_client=httpx.AsyncClient(transport=httpx.MockTransport(self.issuer.answer)),
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://contact.test")
        self._versions: dict[str, int] = {}

    async def close(self) -> None:
        await self.client.aclose()
        await self._outside.aclose()
        await self.database.close()

    # -- the world ---------------------------------------------------------------------------------------------------

    async def hear(self, payload: EventPayload) -> str:
        """An event of intake, next in its stream; what became of it."""
        version = self._versions[payload.key()] = self._versions.get(payload.key(), 0) + 1
        event = Event(
            id=f"{payload.key()}/{version}",
            source=source_of("intake", payload.topic),
            type=payload.type,
            subject=payload.key(),
            time=self.clock.now(),
            body=payload.model_dump_json().encode(),
            version=version,
        )
        headers = tuple((name, value.encode()) for name, value in event.headers().items())
        message = RawMessage(payload.topic, 0, 0, payload.key(), headers, event.body)
        return (await self.applier.apply(message)).outcome

    async def triaged(self, name: str, borrower: str = "", origin: str = "bank", **changes: Any) -> CaseTriaged:
        """A case of intake reaches contact, with the numbers learned and holds known to be fresh."""
        case = case_of(name, borrower, origin, **changes)
        self.intake.phones.setdefault(case.case_id, phone_of(case))
        assert await self.hear(case) == "applied"
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
        assert await self.hear(placed) == "applied"

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

    async def get(self, path: str, *roles: str) -> httpx.Response:
        token = self.issuer.token(roles=list(roles or ("agent",)))
        return await self.client.get(path, headers={"authorization": f"Bearer {token}"})

    async def post(self, path: str, body: Any, key: str, *roles: str) -> httpx.Response:
        token = self.issuer.token(roles=list(roles or ("agent",)))
        sent = {"authorization": f"Bearer {token}", "idempotency-key": key, "content-type": "application/json"}
        content = body.model_dump_json() if isinstance(body, BaseModel) else orjson.dumps(body)
        return await self.client.post(path, content=content, headers=sent)

    async def ask(self, case: CaseTriaged, key: str, *roles: str, **changes: Any) -> httpx.Response:
        """Ask for the permit of a call."""
        body = {"case_id": str(case.case_id), "channel": "voice", "purpose": "first_call", "message_class": "demand"}
        return await self.post("/v1/permits", body | changes, key, *roles)

    async def call(self, case: CaseTriaged, key: str, **changes: Any) -> httpx.Response:
        """Ask, call, and record a right-party conversation."""
        permit = (await self.ask(case, f"{key}-permit")).json()["permit_id"]
        spoken = {
            "permit_id": permit,
            "outcome": "RPC_REQUEST_RELIEF",
            "party_verified": True,
            "summary": "lost the job in January, wants lower payments",
            "read_back_confirmed": True,
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

    async def scalar(self, sql: str, **values: Any) -> Any:
        async with self.database.read() as session:
            return (await session.execute(text(sql), values)).scalar()


def case_of(name: str, borrower: str = "", origin: str = "bank", **changes: Any) -> CaseTriaged:
    """A triaged case of a borrower in Shanghai."""
    facts = {
        "case_id": business_uuid("case", name),
        "borrower_id": business_uuid("borrower", borrower or name),
        "account_ref": f"LN-{name}",
        "origin": origin,
        "pack": "cn",
        "pack_version": "cn-2026-01-30",
        "product": "consumer_loan",
        "bucket": "M1",
        "days_past_due": 12,
        "arrears": Money.of("864.00", "CNY"),
        "balance": Money.of("9000.00", "CNY"),
        "language": "zh",
        "time_zones": (ZONE,),
        "contactable": True,
        "round": 1,
    }
    return CaseTriaged.model_validate(facts | changes)


def phone_of(case: CaseTriaged) -> str:
    """A mobile number for each borrower."""
    return f"+86138{case.borrower_id.int % 10**8:08}"


def offer_of(case: CaseTriaged, message_class: MessageClass = "arrangement", purpose: str = "offer") -> DeliveryRequest:
    """A message that plans might want sent."""
    return DeliveryRequest(
        case_id=case.case_id,
        purpose=purpose,
        object_ref=f"{case.account_ref}-plan",
        version=1,
        template=purpose,
        params={"expires_on": "2026-03-16"},
        message_class=message_class,
    )


def reply_of(provider_id: str, words: str, sender: str, at: datetime) -> dict[str, Any]:
    """The body of an inbound webhook."""
    return {
        "type": "inbound",
        "provider_id": provider_id,
        "channel": "sms",
        "from": sender,
        "text": words,
        "received_at": at.isoformat(),
    }


def receipt_of(message_id: UUID, status: str = "delivered") -> dict[str, Any]:
    """The body of a receipt."""
    return {
        "type": "receipt",
        "provider_id": f"gw-{message_id}",
        "idempotency_key": str(message_id),
        "status": status,
        "received_at": START.isoformat(),
    }
