"""The core-banking port when the core refuses, waits for a second person, is away, or answers what cannot be."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from services.common.banking.errors import CoreAnswerInvalid, CoreUnavailable
from services.common.banking.fineract import WAITS_FOR_CHECKER, FineractBanking
from services.common.banking.port import CoreBanking, CoreRelief, CoreStatus
from tests.contract.banking_terms import RELIEFS, cny, terms
from tests.contract.sandbox_world import SandboxInProcess


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
