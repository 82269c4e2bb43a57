"""The sandbox bank on its database: postings and reversals, end of day, what the feed says, restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest_asyncio
from pydantic import SecretStr

from sandbox.bank.postings import post_repayment
from sandbox.settings import SandboxSettings
from sandbox.store import Tx
from sandbox.world import open_world
from services.common.banking.fineract import FineractBanking
from services.common.banking.port import CoreRelief, CoreStatus, PlanTerms
from services.common.kernel.money import Money
from tests.contract.sandbox_world import SandboxInProcess, account_row, sandbox_in_process
from tests.databases import Databases
from tests.waiting import until

BANK = "/fineract-provider/api/v1"
POSTED, CLOSED = "bank.payment.posted.v1", "bank.day.closed.v1"
REPORTED, CURED = "bank.delinquency.reported.v1", "bank.account.cured.v1"


@pytest_asyncio.fixture(loop_scope="session")
async def outside(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    async with sandbox_in_process(databases) as found:
        yield found


async def pay(outside: SandboxInProcess, amount: str, reference: str, value_date: str = "2026-03-02") -> Any:
    loan = (await outside.client.get(f"{BANK}/loans/external-id/A1")).json()
    body = {"dateFormat": "yyyy-MM-dd", "locale": "en", "transactionDate": value_date, "transactionAmount": amount}
    path = f"{BANK}/loans/{loan['id']}/transactions?command=repayment"
    return await outside.client.post(path, json=body, headers={"Idempotency-Key": reference})


async def undo(outside: SandboxInProcess, number: int) -> Any:
    loan = (await outside.client.get(f"{BANK}/loans/external-id/A1")).json()
    body = {"dateFormat": "yyyy-MM-dd", "locale": "en", "transactionDate": "2026-03-02", "transactionAmount": 0}
    path = f"{BANK}/loans/{loan['id']}/transactions/{number}?command=undo"
    return await outside.client.post(path, json=body, headers={"Idempotency-Key": f"undo-{number}"})


async def test_a_payment_is_booked_once_and_a_reversal_takes_it_back(outside: SandboxInProcess) -> None:
    await outside.load(account_row())
    core = FineractBanking(outside.client)
    before = await core.get_account("A1")
    first = await pay(outside, "1000.00", "P1")
    again = await pay(outside, "1000.00", "P1")
    assert first.status_code == 200 and first.json() == again.json()
    assert (await core.get_account("A1")).arrears.total == before.arrears.total - Money.of("1000.00", "CNY")
    assert (await pay(outside, "999.00", "P1")).status_code == 403
    assert (await pay(outside, "5.00", "P2", "2026-03-03")).status_code == 403
    assert (await pay(outside, "5.001", "P2")).status_code == 400
    for _ in range(2):
        assert (await undo(outside, first.json()["resourceId"])).status_code == 200
    assert await core.get_account("A1") == before
    assert await outside.said() == [(POSTED, "A1", "P1"), (POSTED, "A1", "P1-R")]


async def test_the_end_of_day_reports_a_change_of_range_once(outside: SandboxInProcess) -> None:
    await outside.load(account_row(), feed=True)
    closed = await outside.control("/bank/end-of-day", date="2026-03-19")
    assert closed["closed"][0] == "2026-03-02" and len(closed["closed"]) == 18
    assert await outside.control("/bank/end-of-day", date="2026-03-19") == {"closed": []}
    said = [line for line in await outside.said() if line[0] != CLOSED]
    # 45 days on 2 March (reported by the feed), 61 days on 18 March.
    assert said == [(REPORTED, "A1", "delinquency-A1-2026-03-02"), (REPORTED, "A1", "delinquency-A1-2026-03-18")]


async def test_the_end_of_day_looks_at_all_accounts_in_order(outside: SandboxInProcess) -> None:
    await outside.load(account_row("A2"), account_row("A1"), account_row("A3", borrower_ref="B3"), feed=True)
    await pay(outside, "1150.00", "P1")
    await outside.control("/bank/end-of-day", date="2026-03-18")
    said = [(kind, key) for kind, key, _ in await outside.said() if kind != CLOSED]
    # The older period of A1 is paid, so that its second range comes a month after that of the others.
    assert said == [
        (POSTED, "A1"),
        (REPORTED, "A2"),
        (REPORTED, "A1"),
        (REPORTED, "A3"),
        (REPORTED, "A2"),
        (REPORTED, "A3"),
    ]
    async with outside.world.store.reading() as tx:
        rows = await tx.fetch("SELECT external_id, range_said, look_on FROM bank_loan ORDER BY external_id")
    later, next_range = date(2026, 3, 19), date(2026, 4, 17)
    assert [tuple(row) for row in rows] == [("A1", 1, later), ("A2", 3, next_range), ("A3", 3, next_range)]


async def test_a_day_is_closed_behind_the_postings_that_hold_it(outside: SandboxInProcess) -> None:
    await outside.load(account_row())
    world = outside.world
    async with world.store.transaction() as tx:
        await post_repayment(world.books, tx, "A1", Money.of("10.00", "CNY"), "P1")
        closing = asyncio.ensure_future(outside.control("/bank/end-of-day", date="2026-03-02"))
        async with world.store.reading() as other:
            await until(lambda: _somebody_waits(other), "the close waits for the posting")
        assert not closing.done()
    assert (await closing)["closed"] == ["2026-03-02"]
    assert [reference for _, _, reference in await outside.said()] == ["P1", "day-closed-2026-03-02"]


async def _somebody_waits(tx: Tx) -> bool:
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))


async def test_what_the_extract_said_is_not_said_again_but_a_cure_is(outside: SandboxInProcess) -> None:
    assert await outside.load(account_row()) == {"opened": 1, "known": 0}
    assert await outside.load(account_row()) == {"opened": 0, "known": 1}
    await outside.control("/bank/end-of-day", date="2026-03-02")
    outside.clock.move_to(datetime(2026, 3, 3, 2, tzinfo=UTC))
    await pay(outside, "2240.00", "P1")
    await outside.control("/bank/end-of-day", date="2026-03-03")
    assert await outside.said() == [
        (CLOSED, "day-closed", "day-closed-2026-03-02"),
        (POSTED, "A1", "P1"),
        (CURED, "A1", "restored-A1-2026-03-03"),
        (CLOSED, "day-closed", "day-closed-2026-03-03"),
    ]


async def test_a_posting_after_the_close_belongs_to_the_next_day(outside: SandboxInProcess) -> None:
    await outside.load(account_row())
    await outside.control("/bank/end-of-day", date="2026-03-02")
    await pay(outside, "10.00", "P1")
    async with outside.world.store.reading() as tx:
        booked = await tx.fetchval("SELECT booking_date FROM bank_posting WHERE posting_ref = 'P1'")
    assert booked == date(2026, 3, 3)


async def test_a_pause_freezes_the_range(outside: SandboxInProcess) -> None:
    await outside.load(account_row())
    body = {"dateFormat": "dd MMMM yyyy", "locale": "en", "action": "pause",
            "startDate": "02 March 2026", "endDate": "31 March 2026"}  # fmt: skip
    path = f"{BANK}/loans/1/delinquency-actions"
    for _ in range(2):
        assert (await outside.client.post(path, json=body, headers={"Idempotency-Key": "K1"})).status_code == 200
    overlapping = body | {"startDate": "31 March 2026", "endDate": "02 April 2026"}
    refused = await outside.client.post(path, json=overlapping, headers={"Idempotency-Key": "K2"})
    assert refused.json()["userMessageGlobalisationCode"] == "error.msg.delinquency.action.overlapping"
    await outside.control("/bank/end-of-day", date="2026-04-17")
    said = [reference for kind, _, reference in await outside.said() if kind == REPORTED]
    # 61 days would be 18 March; thirty paused days move it to 17 April.
    assert said == ["delinquency-A1-2026-04-17"]


async def test_the_feed_may_be_told_to_say_twice_and_late(outside: SandboxInProcess) -> None:
    await outside.load(account_row())
    await outside.control("/bank/faults", kind="send_twice", account_ref="A1", count=1)
    await outside.control("/bank/faults", kind="send_late", days=2, count=1)
    await pay(outside, "10.00", "P1")
    await pay(outside, "10.00", "P2")
    async with outside.world.store.reading() as tx:
        rows = await tx.fetch("SELECT event_id, copies, release_on FROM feed_outbox ORDER BY id")
    assert [tuple(row) for row in rows] == [("P1", 2, date(2026, 3, 4)), ("P2", 1, None)]
    assert (await outside.world.outside()).unsent == 1
    await outside.control("/bank/end-of-day", date="2026-03-04")
    assert (await outside.world.outside()).unsent == 5


async def test_everything_is_there_after_a_restart(databases: Databases) -> None:
    async with sandbox_in_process(databases) as outside:
        await outside.load(account_row())
        plan = PlanTerms(
            "plan-1", "A1", CoreRelief.INT_STOP, date(2026, 3, 31), 12, Decimal("0.12"),
            Money.zero("CNY"), Money.zero("CNY"),
        )  # fmt: skip
        assert (await FineractBanking(outside.client).activate(plan, "K1")).status is CoreStatus.DONE
        token, dsn = outside.world.issuer.token("svc-plans", ("system",)), outside.world.settings.database_dsn
        settings = SandboxSettings(sandbox_database_url=SecretStr(dsn))
        async with open_world(settings, outside.clock) as again:
            assert again.issuer.subject_of(token) == "svc-plans"
            async with again.store.transaction() as tx:
                loan = await again.books.loan(tx, "A1")
                assert (loan.schedule, await again.books.business_date(tx)) == (2, date(2026, 3, 2))


async def test_nobody_reads_the_bank_without_credentials(outside: SandboxInProcess) -> None:
    for value in ("", "Bearer nonsense", "Basic bm9ib2R5Ondyb25n"):
        answer = await outside.client.get(f"{BANK}/loans/1", headers={"Authorization": value})
        assert answer.status_code == 401
    secret = outside.world.settings.client_secret.get_secret_value()
    answer = await outside.client.get(f"{BANK}/businessdate/BUSINESS_DATE", auth=("svc-plans", secret))
    assert answer.json()["date"] == [2026, 3, 2]
