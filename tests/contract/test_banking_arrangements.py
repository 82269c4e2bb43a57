"""Reliefs that are more than a longer term: what the core makes of each, worked out by hand beside the code."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.common.banking.errors import CoreRefused
from services.common.banking.port import CoreBanking, CoreRelief, CoreSchedule, CoreStatus
from tests.contract.banking_terms import arrangement, cny, terms


async def made(core: CoreBanking, relief: CoreRelief, count: int = 12) -> CoreSchedule:
    """The schedule that the core puts into force, which is the one that it showed before."""
    plan = terms(relief_type=relief, instalments=count)
    shown = await core.preview(plan)
    answer = await core.activate(plan, "key-1")
    assert answer.status is CoreStatus.DONE, answer
    kept = await core.read_plan("A1", "key-1")
    assert kept is not None and kept.hash == shown.hash
    return kept


async def test_a_pause_moves_every_payment(core: CoreBanking) -> None:
    kept = await made(core, CoreRelief.DEFER_CAP)
    assert [line.due_date for line in kept.instalments][:2] == [date(2026, 5, 31), date(2026, 6, 30)]
    # 14526.22 over 12 months at 1 % a month: 1290.637...
    assert {line.amount for line in kept.instalments[:-1]} == {cny("1290.64")}


async def test_interest_of_a_pause_is_collected_in_equal_parts_on_top(core: CoreBanking) -> None:
    kept = await made(core, CoreRelief.DEFER_SPREAD)
    # 14240 over 12 months: 1265.2075 a month; 284.80 in twelve parts of 23.73, the last with the remainder.
    assert kept.instalments[0].amount == cny("1265.21") + cny("23.73")


async def test_a_lower_rate_is_the_cores_own_arithmetic(core: CoreBanking) -> None:
    kept = await made(core, CoreRelief.RATE_CUT)
    # 14240 * 0.005 / (1 - 1.005**-12) = 1225.586...
    assert kept.instalments[0].amount == cny("1225.59")


async def test_arrears_are_caught_up_with_the_first_payments(core: CoreBanking) -> None:
    kept = await made(core, CoreRelief.FEE_WAIVE)
    # The contract goes on at 1066.19; 2180.00 are caught up in three parts.
    amounts = [line.amount for line in kept.instalments]
    assert amounts[:4] == [cny("1792.85"), cny("1792.85"), cny("1792.87"), cny("1066.19")]


@pytest.mark.parametrize("relief", [CoreRelief.REDUCED, CoreRelief.SETTLE])
async def test_listed_amounts_are_taken_as_they_are(core: CoreBanking, relief: CoreRelief) -> None:
    kept = await made(core, relief, count=6)
    assert [line.amount for line in kept.instalments] == [cny("500.00")] * 6


async def test_a_claim_that_has_changed_is_refused(core: CoreBanking) -> None:
    other = arrangement(CoreRelief.CAPITALISE, 12, claim=cny("14000.00"))
    plan = terms(relief_type=CoreRelief.CAPITALISE, arrangement=other)
    with pytest.raises(CoreRefused, match="claim"):
        await core.preview(plan)
    answer = await core.activate(plan, "key-1")
    assert answer.status is CoreStatus.REFUSED
    assert await core.read_plan("A1", "key-1") is None


async def test_a_rate_above_the_contract_is_refused(core: CoreBanking) -> None:
    dearer = arrangement(CoreRelief.RATE_CUT, 12)
    plan = terms(relief_type=CoreRelief.RATE_CUT, arrangement=replace(dearer, annual_rate=Decimal("0.18")))
    with pytest.raises(CoreRefused, match="rate"):
        await core.preview(plan)


async def test_an_arrangement_that_is_not_said_is_refused(core: CoreBanking) -> None:
    plan = replace(terms(relief_type=CoreRelief.SETTLE), arrangement=None)
    with pytest.raises(CoreRefused, match="arrangement-missing"):
        await core.preview(plan)
