"""Measures come from what was said on the topics: each event once, in any order, and no other table is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from forbear.commands import kpi
from services.common.contracts.envelope import Event, EventPayload
from services.common.contracts.events import agreements, bank, cases, contacts, plans, tasks
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from tests.databases import FreshDatabase
from tests.integration.followup_house import House

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
PERIOD = "/v1/kpis?from=2026-03-01&to=2026-04-01"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


class Told:
    """Events in the order in which they happened."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def say(self, payload: EventPayload, hours: float = 0, source: str = "/intake/cases") -> None:
        number = len(self.events)
        self.events.append(
            Event(
                id=f"e{number}", source=source, type=payload.type, subject=payload.key(),
                time=BEGIN + timedelta(hours=hours), body=payload.model_dump_json().encode(),
            )
        )  # fmt: skip

    def case(self, name: str, pack: str = "cn") -> UUID:
        """A case that was opened and triaged."""
        case_id = business_uuid("case", name)
        self.say(
            cases.CaseOpened(case_id=case_id, borrower_id=case_id, account_ref=name, origin="bank", opened_at=BEGIN)
        )
        self.say(
            cases.CaseTriaged(
                case_id=case_id, borrower_id=case_id, account_ref=name, origin="bank", pack=pack, pack_version="1",
                product="credit_card", portfolio="p", bucket="M1", days_past_due=20, arrears=cny("100.00"),
                balance=cny("1000.00"), language="zh", time_zones=("Asia/Shanghai",), contactable=True, round=1,
            )
        )  # fmt: skip
        return case_id

    def call(self, case_id: UUID, outcome: str, hours: float, connected: bool, right_party: bool = False) -> None:
        name = business_uuid("attempt", f"{case_id}{hours}{outcome}")
        self.say(
            contacts.AttemptRecorded(
                case_id=case_id, attempt_id=name, permit_id=name, channel="voice", purpose="call", outcome=outcome,
                at=BEGIN, connected=connected, right_party=right_party,
            ),
            hours,
        )  # fmt: skip
        if right_party:
            self.say(
                contacts.RightPartyContactRecorded(case_id=case_id, conversation_id=name, round=1, at=BEGIN), hours
            )


async def keep(house: House, events: Sequence[Event]) -> None:
    """Show events to what keeps measures, as the consumer does."""
    assert house.cases.handlers.observer is not None
    await house.cases.handlers.observer.keep(events)


def values(report: Any, group: int = 0) -> dict[str, str]:
    """The values of a group by name and part."""
    found = report["groups"][group]["measures"]
    return {f"{one['name']} {one['part']}".strip(): one["value"] for kpis in found.values() for one in kpis}


async def report(house: House, path: str = PERIOD) -> Any:
    answer = await house.get(path, "manager")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_contact_rates_are_those_of_attempts(house: House) -> None:
    told = Told()
    first, second = told.case("A1"), told.case("A2")
    told.call(first, "NO_ANSWER", 2, connected=False)
    told.call(first, "THIRD_PARTY_MESSAGE", 3, connected=True)
    told.call(first, "RPC_COMPLAINT", 4, connected=True, right_party=True)
    told.call(second, "BUSY", 6, connected=False)
    for events in (told.events, told.events[::-1], told.events):
        await keep(house, events)
    found = values(await report(house))
    assert {name: found[name] for name in ("connect_rate", "rpc_rate", "rpc_rate_connected", "penetration")} == {
        "connect_rate": "50.00%", "rpc_rate": "25.00%", "rpc_rate_connected": "50.00%", "penetration": "50.00%",
    }  # fmt: skip
    assert found["complaint_rate"] == "1000.00"
    assert (found["time_to_first_contact median"], found["time_to_first_contact p90"]) == ("4.0", "5.6")
    assert found["kept_rate"] == found["self_cure_rate"] == "n/a"


async def test_measures_are_grouped_and_bounded(house: House) -> None:
    told = Told()
    for name, pack in (("B1", "cn"), ("B2", "uk")):
        told.call(told.case(name, pack), "RPC_PTP", 1, connected=True, right_party=True)
    told.call(business_uuid("case", "B2"), "NO_ANSWER", 24 * 40, connected=False)
    await keep(house, told.events)
    found = await report(house, f"{PERIOD}&by=pack")
    assert [group["group"] for group in found["groups"]] == ["cn", "uk"]
    assert values(found, 1)["connect_rate"] == "100.00%"
    april = values(await report(house, "/v1/kpis?from=2026-04-01&to=2026-05-01"))
    assert april["connect_rate"] == "0.00%"


@pytest.mark.rule("CN-29")
async def test_plans_promises_and_money(house: House) -> None:
    told = Told()
    one, other = told.case("C1"), told.case("C2")
    for case_id in (one, other):
        told.say(
            cases.ReliefRequested(
                case_id=case_id, request_id=case_id, request_type="reschedule", round=1, requested_on=date(2026, 3, 2)
            )
        )
    version: dict[str, Any] = {"case_id": one, "plan_id": one, "version": 1, "round": 1}
    told.say(plans.PlanSubmitted(**version, proposal_hash="h", needs_level="supervisor"), 10)
    told.say(plans.PlanApproved(**version, proposal_hash="h", expires_at=BEGIN), 12)
    agreement: dict[str, Any] = {"case_id": one, "agreement_id": one, "round": 1}
    told.say(plans.AgreementSigned(**version, agreement_id=one), 20)
    told.say(
        plans.PlanActivated(
            **version, agreement_id=one, borrower_id=one, account_ref="C1", relief_type="EXTEND", pack="cn",
            language="zh", total=cny("900.00"), schedule=(), schedule_hash="s", core_reference="r",
            activated_on=date(2026, 3, 3), days_past_due=20, conceded=cny("50.00"), affordable=cny("310.00"),
            highest_payment=cny("300.00"),
        ),
        22,
    )  # fmt: skip
    told.say(agreements.InstalmentPaid(**agreement, number=1, on=date(2026, 3, 20)), 300)
    told.say(agreements.InstalmentMissed(**agreement, number=2, shortfall=cny("10.00")), 400)
    told.say(agreements.InstalmentPaid(**agreement, number=2, on=date(2026, 3, 25)), 500)
    told.say(agreements.AgreementBroken(**agreement), 24 * 120)
    promise: dict[str, Any] = {"case_id": other, "promised": cny("100.00"), "last_good_day": date(2026, 3, 9)}
    told.say(agreements.PromiseKept(**promise, promise_id=one, paid_in_time=cny("98.00")), 200)
    told.say(agreements.PromiseBroken(**promise, promise_id=other, paid_in_time=cny("0.00"), partly=False), 200)
    task: dict[str, Any] = {"case_id": one, "task_id": one}
    told.say(
        tasks.TaskOpened(
            **task, kind="approve_plan", service="plans", decide_path="/", needs_role="supervisor", needs_level=None,
            excluded=(), reason="r", opened_at=BEGIN, deadline=BEGIN + timedelta(hours=72),
        ),
        10,
    )  # fmt: skip
    for kind, about in (("supervisor_request", one), ("clock_breach", other)):
        told.say(
            tasks.TaskOpened(
                case_id=about, task_id=business_uuid("task", kind), kind=kind, service="intake", decide_path="/",
                needs_role="supervisor", needs_level=None, excluded=(), reason="r", opened_at=BEGIN,
                deadline=BEGIN + timedelta(hours=72),
            ),
            10,
        )  # fmt: skip
    told.say(tasks.TaskClosed(**task, outcome="approved", closed_by="s", closed_at=BEGIN), 12)
    posted: dict[str, Any] = {
        "account_ref": "C1",
        "value_date": date(2026, 3, 2),
        "booking_date": date(2026, 3, 2),
        "kind": "payment",
    }
    told.say(bank.PaymentPosted(**posted, posting_ref="P1", amount=cny("200.00")))
    await keep(house, told.events)
    found = values(await report(house))
    assert {
        name: found[name]
        for name in (
            "plan_conversion", "plan_adherence", "plan_completion", "redefault_3m", "redefault_6m", "kept_rate",
            "kept_rate_amount CNY", "broken_promise_rate", "tasks_in_time", "recovery_rate CNY",
            "concession_cost CNY", "affordability_tight", "escalations_in_time", "statutory_compliance",
            "approval_touch_time median", "time_to_decision median", "core_sync_lag median",
        )
    } == {
        "plan_conversion": "50.00%", "plan_adherence": "50.00%", "plan_completion": "0.00%", "redefault_3m": "0.00%",
        "redefault_6m": "100.00%", "kept_rate": "50.00%", "kept_rate_amount CNY": "49.00%",
        "concession_cost CNY": "0.25", "affordability_tight": "100.00%", "escalations_in_time": "0.00%",
        "statutory_compliance": "50.00%",
        "broken_promise_rate": "50.00%", "tasks_in_time": "33.33%", "recovery_rate CNY": "10.00%",
        "approval_touch_time median": "2.0", "time_to_decision median": "12.0", "core_sync_lag median": "2.0",
    }  # fmt: skip


async def test_balances_that_roll_into_the_next_bucket(house: House) -> None:
    told = Told()
    told.case("D1")
    told.case("D2")
    for account, balance, due in (("D1", "300.00", date(2026, 2, 10)), ("D2", "100.00", date(2026, 2, 20))):
        for as_of in (date(2026, 2, 27), date(2026, 3, 31)):
            told.say(
                bank.DelinquencyReported(
                    account_ref=account, borrower_ref="b", product="credit_card", arrears=cny("10.00"),
                    balance=cny(balance), oldest_unpaid_due_date=due if account == "D1" else as_of, as_of=as_of,
                )
            )  # fmt: skip
    told.say(bank.AccountRestored(account_ref="D2", as_of=date(2026, 3, 30), arrears=cny("0.00"), balance=cny("90.00")))
    await keep(house, told.events)
    found = await report(house)
    assert values(found)["roll_rate M1->M2 CNY"] == "100.00%"


@pytest.mark.parametrize("query", ["from=2026-04-01&to=2026-04-01", "from=2020-01-01&to=2026-01-01"])
async def test_a_period_that_is_none_is_refused(house: House, query: str) -> None:
    answer = await house.get(f"/v1/kpis?{query}", "manager")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/to")


async def test_agents_do_not_see_how_teams_do(house: House) -> None:
    assert (await house.get("/v1/kpis", "agent")).status_code == 403
    assert (await house.get("/v1/kpis?by=team", "manager")).status_code == 422


async def test_the_command_prints_a_table_with_bars_or_json(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    told.call(told.case("F1"), "RPC_PTP", 1, connected=True, right_party=True)
    await keep(house, told.events)
    monkeypatch.setenv("FORBEAR_SANDBOX", "1")
    url = house.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("FORBEAR_FOLLOWUP_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "160")
    period = ("--from", "2026-03-01", "--to", "2026-04-01")

    async def typed(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, kpi.app, [*period, *words])

    table = await typed("--chart", "--language", "zh", "--by", "pack")
    assert table.exit_code == 0, table.output
    assert "pack cn" in table.stdout and "接通率" in table.stdout and "━" in table.stdout
    printed = await typed("--json")
    assert values(orjson.loads(printed.stdout))["connect_rate"] == "100.00%"
    refused = await typed("--from", "2026-05-01")
    assert refused.exit_code == 2 and "later" in refused.stderr


async def test_a_broken_event_is_not_measured_and_breaks_nothing(house: House) -> None:
    told = Told()
    told.case("E1")
    broken = Event(id="x", source="/s", type=cases.CaseOpened.type, subject="s", time=BEGIN, body=b'{"case_id": "no"}')
    await keep(house, [broken, *told.events])
    assert await house.scalar("SELECT count(*) FROM reporting.measured_case") == 1
