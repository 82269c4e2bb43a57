"""The contract of the core-banking port, for every adapter; here Fineract's, on the sandbox bank with a database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.common.banking.errors import CoreAccountUnknown, CoreAnswerInvalid, CoreRefused, CoreUnavailable
from services.common.banking.fineract import WAITS_FOR_CHECKER, FineractBanking
from services.common.banking.port import CoreBanking, CoreRelief, CoreStatus, PlanTerms, schedule_hash
from services.common.kernel.money import Money
from tests.contract.sandbox_world import SandboxInProcess, account_row, sandbox_in_process
from tests.databases import Databases

SUS: dict[str, Any] = {
    "account_ref": "SUS",
    "balance": "0",
    "arrears_principal": "48230.15",
    "arrears_interest": "3610.30",
    "arrears_fees": "520.00",
    "term_months": 11,
    "oldest_unpaid_due_date": "2026-02-16",
}


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


def terms(**changes: Any) -> PlanTerms:
    whole = PlanTerms(
        plan_key="plan-1",
        account_ref="A1",
        relief_type=CoreRelief.INT_STOP,
        first_due_date=date(2026, 3, 31),
        instalments=12,
        annual_rate=Decimal("0.12"),
        waived_interest=cny("0"),
        waived_fees=cny("0"),
    )
    return replace(whole, **changes)


@pytest_asyncio.fixture(loop_scope="session")
async def outside(databases: Databases) -> AsyncIterator[SandboxInProcess]:
    async with sandbox_in_process(databases) as found:
        await found.load(account_row(), account_row(**SUS))
        yield found


@pytest.fixture
def core(outside: SandboxInProcess) -> CoreBanking:
    return FineractBanking(outside.client)


RELIEFS = pytest.mark.parametrize("relief", list(CoreRelief))


async def test_client_is_read_with_language_and_zone(core: CoreBanking) -> None:
    client = await core.get_client("B1")
    assert (client.name, client.phone) == ("王秀英", "+8613400000001")
    assert (client.language, client.time_zone) == ("zh", "Asia/Shanghai")
    assert "王" not in repr(client)


async def test_account_is_read_as_of_the_banks_day(core: CoreBanking) -> None:
    account = await core.get_account("A1")
    assert (account.balance, account.arrears.total, account.claim) == (cny("12000"), cny("2240"), cny("14240"))
    assert (account.arrears.principal, account.arrears.interest, account.arrears.fees) == (
        cny("1900"), cny("280"), cny("60"),
    )  # fmt: skip
    assert (account.oldest_unpaid_due_date, account.as_of) == (date(2026, 1, 16), date(2026, 3, 2))
    assert (account.annual_rate, account.remaining_periods) == (Decimal("0.12"), 12)
    # 12000 over 12 months at 1 % a month.
    assert account.monthly_payment == cny("1066.19")
    assert account.borrower_ref == "B1"


async def test_what_is_not_there_is_unknown(core: CoreBanking) -> None:
    with pytest.raises(CoreAccountUnknown):
        await core.get_account("nobody/../A1")
    with pytest.raises(CoreAccountUnknown):
        await core.get_client("nobody")


async def test_interest_stop_splits_the_worked_case_exactly(core: CoreBanking) -> None:
    plan = terms(account_ref="SUS", instalments=60, waived_fees=cny("520.00"))
    shown = await core.preview(plan)
    assert [line.amount for line in shown.instalments[:-1]] == [cny("864.00")] * 59
    assert (shown.instalments[-1].amount, shown.total) == (cny("864.45"), cny("51840.45"))
    assert shown.instalments[1].due_date == date(2026, 4, 30)
    assert shown.reference is None

    answer = await core.activate(plan, "key-sus")
    kept = await core.read_plan("SUS", "key-sus")
    assert answer.status is CoreStatus.DONE and kept is not None
    assert (kept.hash, kept.reference) == (shown.hash, answer.reference)
    assert kept.hash == schedule_hash([(n, d, a) for n, d, a in shown.instalments])


async def test_extension_amortises_the_whole_claim_at_the_old_rate(core: CoreBanking) -> None:
    shown = await core.preview(terms(relief_type=CoreRelief.EXTEND, instalments=24))
    # 14240 over 24 months at 1 % a month: 14240 * 0.01 / (1 - 1.01**-24) = 670.326...
    assert {line.amount for line in shown.instalments[:-1]} == {cny("670.33")}
    assert len(shown.instalments) == 24
    with pytest.raises(CoreRefused, match="rate"):
        await core.preview(terms(relief_type=CoreRelief.EXTEND, annual_rate=Decimal("0.06")))


async def test_a_preview_changes_nothing(core: CoreBanking) -> None:
    before = await core.get_account("A1")
    for relief in CoreRelief:
        await core.preview(terms(relief_type=relief))
    assert await core.get_account("A1") == before


@RELIEFS
async def test_activation_is_done_once_for_its_key(
    outside: SandboxInProcess, core: CoreBanking, relief: CoreRelief
) -> None:
    plan = terms(relief_type=relief, instalments=18)
    shown = await core.preview(plan)
    first = await core.activate(plan, "key-1")
    again = await core.activate(plan, "key-1")
    assert first == again and first.status is CoreStatus.DONE
    kept = await core.read_plan("A1", "key-1")
    assert kept is not None and kept.hash == shown.hash
    assert first.reference is not None and await core.read_plan("A1", first.reference) == kept
    in_force = (await outside.client.get("/sandbox/bank/restructurings")).json()
    assert [(r["account_ref"], r["schedule_hash"]) for r in in_force] == [("A1", kept.hash)]
    account = await core.get_account("A1")
    assert (account.arrears.total, account.oldest_unpaid_due_date) == (cny("0"), None)
    assert account.remaining_periods == 18


@RELIEFS
async def test_an_answer_lost_after_accepting_is_unknown_and_found_by_reading(
    outside: SandboxInProcess, core: CoreBanking, relief: CoreRelief
) -> None:
    await outside.control("/bank/faults", kind="time_out_after_accepting", account_ref="A1", count=1)
    plan = terms(relief_type=relief, instalments=18)
    shown = await core.preview(plan)
    lost = await core.activate(plan, "key-1")
    assert (lost.status, lost.reference) == (CoreStatus.UNKNOWN, None)
    kept = await core.read_plan("A1", "key-1")
    assert kept is not None and kept.hash == shown.hash
    assert (await core.activate(plan, "key-1")).reference == kept.reference


@RELIEFS
async def test_a_second_person_at_the_bank_decides(
    outside: SandboxInProcess, core: CoreBanking, relief: CoreRelief
) -> None:
    await outside.control("/bank/checker", needed=True)
    plan = terms(relief_type=relief)
    for key, approve in (("key-no", False), ("key-yes", True)):
        waiting = await core.activate(plan, key)
        assert (waiting.status, waiting.code) == (CoreStatus.UNKNOWN, WAITS_FOR_CHECKER)
        assert await core.read_plan("A1", key) is None
        async with outside.world.store.reading() as tx:
            number = await tx.fetchval("SELECT restructuring_id FROM bank_restructuring WHERE external_id = $1", key)
        await outside.control(f"/bank/restructurings/{number}/decision", approve=approve)
    assert (await core.activate(plan, "key-no")).status is CoreStatus.REFUSED
    assert (await core.activate(plan, "key-yes")).status is CoreStatus.DONE
    assert await core.read_plan("A1", "key-yes") is not None


@RELIEFS
async def test_refusals_carry_the_cores_code(outside: SandboxInProcess, core: CoreBanking, relief: CoreRelief) -> None:
    early = await core.activate(terms(relief_type=relief, first_due_date=date(2026, 3, 2)), "key-early")
    assert (early.status, early.code) == (CoreStatus.REFUSED, "error.msg.loan.start.date.must.be.in.future")
    too_much = terms(relief_type=relief, waived_fees=cny("60.01"))
    assert (await core.activate(too_much, "key-waiver")).code == "error.msg.loan.waiver.exceeds.due"
    await outside.control("/bank/faults", kind="refuse", count=1, code="error.msg.loan.frozen")
    assert (await core.activate(terms(relief_type=relief), "key-told")).code == "error.msg.loan.frozen"
    assert await core.read_plan("A1", "key-told") is None


async def test_one_key_names_one_plan(core: CoreBanking) -> None:
    await core.activate(terms(), "key-1")
    other = await core.activate(terms(instalments=20), "key-1")
    assert (other.status, other.code) == (CoreStatus.REFUSED, "error.msg.idempotency.key.already.used")


async def test_a_later_plan_takes_the_place_of_the_earlier(core: CoreBanking) -> None:
    await core.activate(terms(), "key-1")
    await core.activate(terms(relief_type=CoreRelief.EXTEND, instalments=20), "key-2")
    assert await core.read_plan("A1", "key-1") is None
    kept = await core.read_plan("A1", "key-2")
    assert kept is not None and len(kept.instalments) == 20


async def test_a_request_of_another_day_is_refused_not_bent(outside: SandboxInProcess, core: CoreBanking) -> None:
    """The terms added to a loan count from its next due date: approved a month later they would mean another plan."""
    await outside.control("/bank/checker", needed=True)
    plan = terms(relief_type=CoreRelief.EXTEND, first_due_date=date(2026, 5, 31), instalments=18)
    await core.activate(plan, "key-1")
    await outside.control("/bank/checker", needed=False)
    outside.clock.move_to(datetime(2026, 4, 20, tzinfo=UTC))
    late = await core.activate(plan, "key-1")
    assert (late.status, late.code) == (CoreStatus.REFUSED, "error.msg.reschedule.from.date")


async def test_a_core_that_is_away_was_not_asked() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async with httpx.AsyncClient(transport=httpx.MockTransport(away), base_url="http://core") as client:
        with pytest.raises(CoreUnavailable):
            await FineractBanking(client).activate(terms(), "key-1")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", {"code": "USD", "decimalPlaces": 2}),
        ("externalId", "A2"),
        ("clientExternalId", None),
        ("annualInterestRate", "12"),
        ("summary", None),
        ("repaymentSchedule", {"periods": {}}),
    ],
)
async def test_an_answer_that_contradicts_itself_is_not_believed(
    outside: SandboxInProcess, field: str, value: Any
) -> None:
    """The real bank's answer with one field spoiled on the way."""

    async def spoiled(request: httpx.Request) -> httpx.Response:
        answer = await outside.client.request(request.method, request.url.raw_path.decode())
        body = answer.json()
        return httpx.Response(200, json=body | {field: value} if "/loans/" in request.url.path else body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(spoiled), base_url="http://core") as client:
        with pytest.raises(CoreAnswerInvalid):
            await FineractBanking(client).get_account("A1")


@RELIEFS
async def test_a_yes_without_a_number_is_unknown_until_read_back(outside: SandboxInProcess, relief: CoreRelief) -> None:
    """The bank did it; its answer is cut on the way."""

    async def cut(request: httpx.Request) -> httpx.Response:
        answer = await outside.client.request(
            request.method,
            request.url.raw_path.decode(),
            content=request.content,
            headers={"Content-Type": "application/json", "Idempotency-Key": request.headers.get("Idempotency-Key", "")},
        )
        binding = request.url.params.get("command") in ("reAge", "approve")
        return httpx.Response(200, json={}) if binding else answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(cut), base_url="http://core") as client:
        answer = await FineractBanking(client).activate(terms(relief_type=relief), "key-1")
    assert (answer.status, answer.code) == (CoreStatus.UNKNOWN, "answer-not-understood")
    assert await FineractBanking(outside.client).read_plan("A1", "key-1") is not None
