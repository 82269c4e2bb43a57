"""What contact talks to, played in memory: the gateway over HTTP, and intake as far as it is asked."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.common.kernel.clock import Clock, local_day
from services.common.kernel.errors import Conflict, Unavailable
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.contact.service.people.learning import BorrowerContacts, FactSource
from services.contact.service.talks.accounts import AccountFacts, AccountFigures, Overdue, ToldRequest
from tests.integration.contact_facts import ZONE


class Gateway:
    """A gateway behind HTTP. `ways` says how the next calls go: `late` takes the message and times out, `lost` times
    out without taking it, `refuse` answers 400, `nobody` that there is no such address, `down` answers 503. While it is
    `silent` it answers no question."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.ways: list[str] = []
        self.silent = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        if request.method == "GET":
            if self.silent:
                raise httpx.ReadTimeout("too late", request=request)
            key = "/".join(request.url.path.split("/")[4:])
            return self._known(key) if key in self.taken else httpx.Response(404)
        self.posts += 1
        way = self.ways.pop(0) if self.ways else ""
        if way == "down":
            return httpx.Response(503)
        if way == "refuse":
            return httpx.Response(400)
        body = json.loads(request.content)
        if way == "nobody":
            return httpx.Response(422, json={"code": "UNDELIVERABLE"})
        body["path"] = request.url.path
        if way != "lost":
            assert body["idempotency_key"] not in self.taken or self.taken[body["idempotency_key"]] == body
            self.taken[body["idempotency_key"]] = body
        if way in ("late", "lost"):
            raise httpx.ReadTimeout("too late", request=request)
        return httpx.Response(202, json=self._known(body["idempotency_key"]).json())

    def _known(self, key: str) -> httpx.Response:
        return httpx.Response(200, json={"provider_id": f"gw-{key}", "status": "accepted"})


class Intake:
    """Intake as far as contact asks it. `state` is that of every case; the core's figures are those of yesterday."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.state = "CONTACTING"
        self.days_old = 1
        self.requests: dict[str, ToldRequest] = {}
        self.phones: dict[UUID, str | None] = {}
        self.further: dict[UUID, dict[str, str]] = {}
        self.down = False
        self.asked = 0

    async def borrower(self, case_id: UUID, caller: Caller) -> BorrowerContacts:
        self.asked += 1
        if self.down:
            raise Unavailable("intake does not answer")
        return self._contacts({"phone": self.phones[case_id], **self.further.get(case_id, {})})

    async def party(self, case_id: UUID, party_id: UUID, caller: Caller) -> BorrowerContacts:
        return self._contacts(self.further[party_id])

    async def case(self, case_id: UUID, caller: Caller) -> AccountFacts:
        if self.down:
            raise Unavailable("intake does not answer")
        return AccountFacts(
            case_id=case_id,
            state=self.state,
            product="consumer_loan",
            days_past_due=12,
            arrears=Money.of("864.00", "CNY"),
            balance=Money.of("9000.00", "CNY"),
            facts_as_of=local_day(self.clock.now(), ZONE) - timedelta(days=self.days_old),
        )

    async def figures(self, case_id: UUID, caller: Caller, key: str) -> AccountFigures:
        facts = await self.case(case_id, caller)
        parts = {"principal": "800.00", "interest": "54.00", "fees": "10.00"}
        overdue = Overdue(**{name: Money.of(amount, "CNY") for name, amount in parts.items()})
        return AccountFigures(**dict(facts), overdue=overdue, oldest_unpaid_due_date=date(2026, 2, 17))

    async def record_request(self, case_id: UUID, told: ToldRequest, caller: Caller, key: str) -> None:
        if key in self.requests:
            return
        if self.state != "ENGAGED":
            raise Conflict("a request is recorded in ENGAGED")
        self.requests[key] = told
        self.state = "ASSESSING"

    def _contacts(self, facts: Mapping[str, str | None]) -> BorrowerContacts:
        """All of it as the bank said it; `further` holds e-mail and postal address by case, and a party's by its id."""
        source = {name: FactSource(source="bank") for name in facts}
        return BorrowerContacts(**facts, provenance=source)
