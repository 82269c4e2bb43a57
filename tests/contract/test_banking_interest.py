"""The contract of stopping interest, for every adapter: what accrues, what is backed out, and each command once."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from services.common.banking.errors import CoreAccountUnknown, CoreUnavailable
from services.common.banking.fineract_interest import FineractInterest
from services.common.banking.port import CoreBanking, CoreInterest, CoreRelief, CoreStatus
from tests.contract.banking_terms import cny, terms
from tests.contract.sandbox_world import SandboxInProcess

LAST_DUE = date(2027, 2, 16)
ACCOUNT = "/fineract-provider/api/v1/loans/external-id/A1?associations=repaymentSchedule"


async def interest_due(outside: SandboxInProcess) -> dict[date, Decimal]:
    """What the bank charges in each period, by due date."""
    loan = (await outside.client.get(ACCOUNT)).json()
    periods = loan["repaymentSchedule"]["periods"]
    return {date(*one["dueDate"]): Decimal(str(one["interestDue"])).quantize(Decimal("0.01")) for one in periods}


@pytest.mark.rule("UK-12")
async def test_nothing_accrues_from_the_day_on(
    outside: SandboxInProcess, core: CoreBanking, interest: CoreInterest
) -> None:
    before = await core.get_account("A1")
    assert (await interest_due(outside))[date(2026, 3, 16)] == Decimal("120.00")
    answer = await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    (pause,) = await interest.interest_pauses("A1")
    assert (answer.status, answer.reference) == (CoreStatus.DONE, pause.reference)
    assert (pause.first_day, pause.last_day) == (date(2026, 3, 3), LAST_DUE)
    due = await interest_due(outside)
    # The period of 16 March has 28 days, of which 14 come before.
    assert due.pop(date(2026, 3, 16)) == Decimal("60.00")
    assert {amount for day, amount in due.items() if day > date(2026, 3, 16)} == {Decimal("0.00")}
    after = await core.get_account("A1")
    assert (after.claim, after.arrears) == (before.claim, before.arrears)


@pytest.mark.rule("UK-12")
async def test_what_accrued_since_an_earlier_day_is_backed_out(core: CoreBanking, interest: CoreInterest) -> None:
    await interest.suspend_interest("A1", date(2026, 2, 2), "key-1")
    account = await core.get_account("A1")
    # Of 140.00 for the 31 days to 16 February, 16 days are left; the fee was charged in January.
    assert account.arrears.interest == cny("140.00") + cny("72.26")
    assert account.arrears.fees == cny("60.00")
    await interest.suspend_interest("A1", date(2026, 1, 16), "key-2")
    account = await core.get_account("A1")
    # Thirty of 31 days of the first period were earned; what was charged on its last day is gone.
    assert (account.arrears.interest, account.arrears.fees) == (cny("135.48"), cny("0"))
    (pause,) = await interest.interest_pauses("A1")
    assert pause.first_day == date(2026, 1, 16)


@pytest.mark.rule("UK-12")
async def test_interest_accrues_again_from_the_day_on(outside: SandboxInProcess, interest: CoreInterest) -> None:
    untouched = await interest_due(outside)
    await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    for _ in range(2):
        answer = await interest.resume_interest("A1", date(2026, 4, 16), "key-1:resume")
        assert answer.status is CoreStatus.DONE
    (pause,) = await interest.interest_pauses("A1")
    assert (pause.first_day, pause.last_day) == (date(2026, 3, 3), date(2026, 4, 15))
    due = await interest_due(outside)
    april = untouched[date(2026, 4, 16)] / 31
    assert due[date(2026, 4, 16)] == april.quantize(Decimal("0.01"))
    assert due[date(2026, 5, 16)] == untouched[date(2026, 5, 16)]


async def test_a_suspension_that_ends_before_it_begins_never_was(
    outside: SandboxInProcess, interest: CoreInterest
) -> None:
    untouched = await interest_due(outside)
    await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    assert (await interest.resume_interest("A1", date(2026, 3, 2), "key-2")).status is CoreStatus.DONE
    assert await interest.interest_pauses("A1") == ()
    assert await interest_due(outside) == untouched


async def test_a_command_is_done_once_for_its_key_and_for_another(interest: CoreInterest) -> None:
    first = await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    assert await interest.suspend_interest("A1", date(2026, 3, 3), "key-1") == first
    assert await interest.suspend_interest("A1", date(2026, 3, 9), "key-2") == first
    (pause,) = await interest.interest_pauses("A1")
    assert pause.first_day == date(2026, 3, 3)
    # Where it was suspended before and goes on again, the days between are those of the later command.
    await interest.resume_interest("A1", date(2026, 4, 1), "key-3")
    await interest.suspend_interest("A1", date(2026, 5, 1), "key-4")
    assert [pause.first_day for pause in await interest.interest_pauses("A1")] == [date(2026, 3, 3), date(2026, 5, 1)]


async def test_an_answer_lost_after_accepting_is_unknown_and_found_by_reading(
    outside: SandboxInProcess, interest: CoreInterest
) -> None:
    await outside.control("/bank/faults", kind="time_out_after_accepting", account_ref="A1", count=1)
    lost = await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    assert (lost.status, lost.reference) == (CoreStatus.UNKNOWN, None)
    (pause,) = await interest.interest_pauses("A1")
    again = await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    assert (again.status, again.reference) == (CoreStatus.DONE, pause.reference)


async def test_a_refusal_carries_the_cores_code_and_changes_nothing(
    outside: SandboxInProcess, interest: CoreInterest
) -> None:
    await outside.control("/bank/faults", kind="refuse", count=1, code="error.msg.loan.not.progressive")
    told = await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    assert (told.status, told.code) == (CoreStatus.REFUSED, "error.msg.loan.not.progressive")
    assert await interest.interest_pauses("A1") == ()
    with pytest.raises(CoreAccountUnknown):
        await interest.suspend_interest("nobody", date(2026, 3, 3), "key-1")


async def test_what_is_agreed_while_it_is_suspended_stays_as_agreed(core: CoreBanking, interest: CoreInterest) -> None:
    """A later schedule was made with the suspension in mind: the core keeps every line of it."""
    await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    plan = terms(relief_type=CoreRelief.EXTEND, instalments=18)
    shown = await core.preview(plan)
    assert (await core.activate(plan, "plan-1")).status is CoreStatus.DONE
    kept = await core.read_plan("A1", "plan-1")
    assert kept is not None and kept.hash == shown.hash


async def test_the_arrears_in_a_re_aged_plan_are_not_interest_that_accrues(
    core: CoreBanking, interest: CoreInterest
) -> None:
    await core.activate(terms(), "plan-1")
    agreed = await core.read_plan("A1", "plan-1")
    await interest.suspend_interest("A1", date(2026, 3, 3), "key-1")
    kept = await core.read_plan("A1", "plan-1")
    assert kept is not None and agreed is not None and kept.hash == agreed.hash


async def test_a_core_that_is_away_was_not_asked() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async with httpx.AsyncClient(transport=httpx.MockTransport(away), base_url="http://core") as client:
        with pytest.raises(CoreUnavailable):
            await FineractInterest(client).suspend_interest("A1", date(2026, 3, 3), "key-1")
