"""Intake on a real database and a clock moved by hand, with the bank's core and the other services played."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import orjson
from sqlalchemy import select

from services.common.banking.errors import CoreAccountUnknown, CoreUnavailable
from services.common.banking.types import (
    AccountHistory,
    AccountSnapshot,
    Arrears,
    CoreAnswer,
    CoreClient,
    CorePayment,
    CoreSchedule,
    CoreStatus,
    InterestPause,
)
from services.common.contracts.events.bank import AccountRestored, DelinquencyReported
from services.common.contracts.workflows import case_workflow_id
from services.common.kernel.clock import FixedClock
from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.common.runtime.assembly import configure_secrets
from services.common.runtime.database import Database
from services.common.runtime.settings import ServiceSettings
from services.intake.bootstrap import UseCases
from services.intake.models import TABLES, CaseHistory
from tests.contract.edge import ISSUER
from tests.integration.intake_programmes import LogHere, PlansHere
from tests.integration.one_service import OneService

# Ten in the morning in Shanghai.
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


class Core:
    """A bank's core that knows the clients and accounts it is told of."""

    def __init__(self) -> None:
        self.clients: dict[str, CoreClient] = {}
        self.accounts: dict[str, AccountSnapshot] = {}
        self.asked = 0

    def add(self, borrower_ref: str, account_ref: str, *, name: str = "王秀英", as_of: date = TODAY) -> None:
        self.clients[borrower_ref] = CoreClient(borrower_ref, name, "+8613400000001", "en", "Asia/Shanghai")
        self.accounts[account_ref] = AccountSnapshot(
            account_ref=account_ref,
            borrower_ref=borrower_ref,
            product="card",
            currency="CNY",
            balance=cny("9000.00"),
            arrears=Arrears(cny("900.00"), cny("80.00"), cny("20.00")),
            oldest_unpaid_due_date=as_of - timedelta(days=45),
            annual_rate=Decimal("0.18"),
            remaining_periods=12,
            monthly_payment=cny("800.00"),
            as_of=as_of,
        )

    async def get_client(self, borrower_ref: str) -> CoreClient:
        self.asked += 1
        if borrower_ref not in self.clients:
            raise CoreAccountUnknown
        return self.clients[borrower_ref]

    async def get_account(self, account_ref: str) -> AccountSnapshot:
        if account_ref not in self.accounts:
            raise CoreAccountUnknown
        return self.accounts[account_ref]

    async def get_schedule(self, account_ref: str) -> CoreSchedule:
        account = await self.get_account(account_ref)
        lines = [(n, add_months(TODAY, n), account.monthly_payment) for n in (1, 2)]
        return CoreSchedule.of(None, lines, account.currency)

    async def account_history(self, account_ref: str) -> AccountHistory:
        paid = CorePayment(date(2026, 1, 2), cny("800.00"))
        return AccountHistory(opened_on=date(2025, 1, 16), payments=(paid,), re_aged_on=())

    async def preview(self, terms: Any) -> Any:
        raise AssertionError("intake does not ask this")

    async def activate(self, terms: Any, idempotency_key: str) -> Any:
        raise AssertionError("intake does not ask this")

    async def read_plan(self, account_ref: str, key: str) -> Any:
        raise AssertionError("intake does not ask this")


class Interest:
    """A core that stops interest as it is told, refuses with `refuses`, or says nothing while it is `away`."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, str, date, str]] = []
        self.since: dict[str, date] = {}
        self.refuses: str | None = None
        self.away = False
        self.forgets = False

    async def suspend_interest(self, account_ref: str, from_day: date, key: str) -> CoreAnswer:
        return self._answer(("suspend", account_ref, from_day, key))

    async def resume_interest(self, account_ref: str, on_day: date, key: str) -> CoreAnswer:
        return self._answer(("resume", account_ref, on_day, key))

    async def interest_pauses(self, account_ref: str) -> tuple[InterestPause, ...]:
        since = self.since.get(account_ref)
        return () if since is None else (InterestPause("pause-1", since, date.max),)

    def _answer(self, command: tuple[str, str, date, str]) -> CoreAnswer:
        if self.away:
            raise CoreUnavailable
        self.commands.append(command)
        if self.refuses:
            return CoreAnswer(CoreStatus.REFUSED, code=self.refuses)
        if self.forgets:
            return CoreAnswer(CoreStatus.UNKNOWN, code="no-answer")
        act, account_ref, day, _ = command
        if act == "suspend":
            self.since[account_ref] = day
        else:
            self.since.pop(account_ref, None)
        return CoreAnswer(CoreStatus.DONE)


class House(OneService):
    """The service, and what the world says to it."""

    def __init__(self, url: str) -> None:
        settings = ServiceSettings.model_validate(
            {"service": "intake", "sandbox": True, "issuer": ISSUER, "database_url": "postgresql://localhost/x"}
        )
        configure_secrets(settings)
        self.core = Core()
        clock = FixedClock(START)
        database = Database("intake", url, clock, TABLES)
        self.interest = Interest()
        self.plans = PlansHere(clock)
        self.log = LogHere()
        self.cases = UseCases(database, settings.institution, self.core, self.interest, self.plans, self.log)
        super().__init__(database, clock, self.cases.handlers, self.cases.routers)
        self._keys = count(1)

    # -- people ------------------------------------------------------------------------------------------------------

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        roles: tuple[str, ...] = ("agent",),
        sub: str = "a-1",
        key: str | None = None,
        if_match: int | None = None,
    ) -> httpx.Response:
        """A call as somebody; every POST has a key of its own unless one is given."""
        headers = {"Authorization": f"Bearer {self.issuer.token(sub=sub, roles=list(roles))}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or f"k-{next(self._keys)}"
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        return await self.client.request(method, f"/v1{path}", json=body, headers=headers)

    async def post_case(self, account: str = "A1", **changes: Any) -> UUID:
        """Open a case by the API; its id."""
        answer = await self.ask("POST", "/cases", case_body(account, **changes), roles=("system",), sub="svc-portal")
        assert answer.status_code in (200, 201), answer.text
        return UUID(answer.json()["case_id"])

    # -- the world ---------------------------------------------------------------------------------------------------

    async def report(self, account: str, borrower: str = "B1", as_of: date = TODAY, **changes: Any) -> str:
        """The bank reports a delinquency."""
        facts: dict[str, Any] = {
            "product": "card",
            "arrears": cny("1000.00"),
            "balance": cny("9000.00"),
            "oldest_unpaid_due_date": as_of - timedelta(days=45),
        }
        payload = DelinquencyReported(account_ref=account, borrower_ref=borrower, as_of=as_of, **(facts | changes))
        return await self.apply(payload, f"delinquency-{account}-{as_of}", "/bank")

    async def restore(self, account: str, as_of: date = TODAY, balance: str = "9000.00") -> str:
        """The bank says that nothing is past due any more; with no balance, that nothing is owed."""
        payload = AccountRestored(account_ref=account, as_of=as_of, arrears=cny("0.00"), balance=cny(balance))
        return await self.apply(payload, f"restored-{account}-{as_of}", "/bank")

    # -- what can be seen --------------------------------------------------------------------------------------------

    async def case(self, case_id: UUID) -> dict[str, Any]:
        """The case as a supervisor reads it."""
        answer = await self.ask("GET", f"/cases/{case_id}", roles=("supervisor",))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def outbox(self, case_id: UUID, kind: str = "event") -> list[tuple[str, dict[str, Any]]]:
        """Names and bodies of what was left for the relay about the case, in order."""
        table = TABLES.outbox
        async with self.database.read() as session:
            rows = await session.execute(
                select(table).where(table.c.case_id == case_id, table.c.kind == kind).order_by(table.c.id)
            )
            return [(row.name, orjson.loads(row.body) if row.body else {}) for row in rows]

    async def names(self, case_id: UUID, kind: str = "event") -> list[str]:
        """Names without prefix and version of what was left for the relay."""
        return [name.removeprefix("forbear.").removesuffix(".v1") for name, _ in await self.outbox(case_id, kind)]

    async def woken(self, case_id: UUID) -> list[str]:
        """The workflows that were told to look again, by what they are: `case` or `clock`."""
        table = TABLES.outbox
        async with self.database.read() as session:
            query = select(table.c.key).where(table.c.case_id == case_id, table.c.kind == "nudge")
            told = (await session.execute(query.order_by(table.c.id))).scalars().all()
        return ["case" if one == case_workflow_id(case_id) else "clock" for one in told]

    async def history(self, case_id: UUID) -> list[tuple[int, str]]:
        """Number and target of each step."""
        async with self.database.read() as session:
            query = select(CaseHistory).where(CaseHistory.case_id == case_id)  # type: ignore[arg-type]
            found = (await session.execute(query)).scalars()
            return sorted((step.state_version, step.to_state) for step in found)

    async def obligations(self, case_id: UUID) -> dict[str, datetime]:
        """What is waited for, by kind."""
        table = TABLES.obligation
        async with self.database.read() as session:
            rows = await session.execute(select(table).where(table.c.case_id == case_id, table.c.state == "open"))
            return {row.kind: row.due_at for row in rows}

    async def tasks(self, case_id: UUID) -> dict[str, str | None]:
        """Outcome of each task by kind; None while it is open."""
        table = TABLES.task
        async with self.database.read() as session:
            rows = await session.execute(select(table).where(table.c.case_id == case_id))
            return {row.kind: row.outcome for row in rows}


def case_body(account: str = "A1", borrower: str = "B1", **changes: Any) -> dict[str, Any]:
    """A good request to open a case."""
    body: dict[str, Any] = {
        "borrower": {
            "borrower_ref": borrower,
            "name": "王秀英",
            "phone": "13400000001",
            "language": "zh",
            "time_zone": "Asia/Shanghai",
        },
        "account": {"account_ref": account, "product": "card", "currency": "CNY"},
        "arrears": {"amount": "1000.00", "currency": "CNY"},
        "balance": {"amount": "9000.00", "currency": "CNY"},
        "oldest_unpaid_due_date": "2026-01-16",
        "origin": "bank",
    }
    return body | changes
