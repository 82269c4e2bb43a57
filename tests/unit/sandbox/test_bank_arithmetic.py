"""The bank's arithmetic against the worked cases: annuity, equal parts, days past due; and its ledger."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.bank.delinquency import days_past_due, next_look, range_of
from sandbox.bank.ledger import standing
from sandbox.bank.schedule import Installment, amortise, equal_parts
from services.common.kernel.money import Money
from tests.unit.worked import cases, money

TODAY = date(2026, 3, 2)


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


@cases("annuity")
def test_annuity_as_worked(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    currency = inputs["currency"]
    principal, rate = money(inputs, "principal"), Decimal(inputs["annual_rate"])
    lines = amortise(principal, rate, inputs["periods"], TODAY, 1)
    assert lines[0].total == money(expected | {"currency": currency}, "payment")
    assert str(lines[0].interest.amount) == expected["first_interest"]
    assert str(lines[0].principal.amount) == expected["first_principal"]
    assert str(lines[-1].total.amount) == expected["last_payment"]
    assert str(Money.total((line.interest for line in lines), currency).amount) == expected["total_interest"]
    assert Money.total((line.principal for line in lines), currency) == principal


@cases("interest_suspension")
def test_interest_suspension_as_worked(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    interest = money(inputs, "accrued_interest") - money(inputs, "waived_interest")
    fees = money(inputs, "fees") - money(inputs, "waived_fees")
    lines = equal_parts(money(inputs, "principal"), interest, fees, inputs["instalments"], TODAY)
    assert {str(line.total.amount) for line in lines[:-1]} <= {expected["instalment"]}
    assert str(lines[-1].total.amount) == expected["last_instalment"]
    assert str(Money.total((line.total for line in lines), inputs["currency"]).amount) == expected["sum"]


def test_equal_parts_use_up_fees_then_interest_then_principal() -> None:
    lines = equal_parts(cny("100.00"), cny("30.00"), cny("20.00"), 7, TODAY)
    assert [line.total for line in lines] == [cny("21.42")] * 6 + [cny("21.48")]
    for part, whole in (("principal", "100.00"), ("interest", "30.00"), ("fees", "20.00")):
        assert Money.total((getattr(line, part) for line in lines), "CNY") == cny(whole)
    assert (lines[0].fees, lines[0].interest, lines[1].fees) == (cny("20.00"), cny("1.42"), cny("0"))


@cases("days_past_due")
def test_days_past_due_as_worked(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    pauses = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in inputs["pauses_inclusive"]]
    oldest, as_of = date.fromisoformat(inputs["oldest_unpaid_due_date"]), date.fromisoformat(inputs["as_of"])
    days = days_past_due(oldest, as_of, pauses)
    assert days == expected["effective_dpd"]
    assert (f"M{range_of(days)}" if days <= 180 else "M7+") == expected["bucket"]


@pytest.mark.parametrize(("days", "bucket"), [(0, 0), (1, 1), (30, 1), (31, 2), (180, 6), (181, 7), (999, 7)])
def test_ranges_of_thirty_days(days: int, bucket: int) -> None:
    assert range_of(days) == bucket


def _schedule() -> list[Installment]:
    return [
        Installment(n, TODAY + timedelta(days=30 * n - 75), cny("80.00"), cny("15.00"), cny("5.00"))
        for n in range(1, 7)
    ]


def test_a_payment_fills_the_oldest_period_interest_first() -> None:
    found = standing(_schedule(), cny("17.00"), TODAY)
    assert (found.arrears_interest, found.arrears_fees, found.arrears_principal) == (
        cny("15.00"), cny("8.00"), cny("160.00"),
    )  # fmt: skip
    assert found.oldest_unpaid_due_date == TODAY - timedelta(days=45)
    assert found.balance == cny("320.00")


def test_what_an_earlier_schedule_lost_is_owed_again() -> None:
    found = standing(_schedule()[2:], cny("-50.00"), TODAY)
    assert (found.arrears, found.oldest_unpaid_due_date) == (cny("50.00"), TODAY)


@settings(deadline=None)
@given(paid=st.integers(0, 80_000), day=st.integers(-90, 200))
def test_nothing_is_lost_between_paid_and_owed(paid: int, day: int) -> None:
    amount = Money.from_minor(paid, "CNY")
    found = standing(_schedule(), amount, TODAY + timedelta(days=day))
    assert found.outstanding + amount - found.unapplied == cny("600.00")
    assert found.outstanding.is_zero or found.unapplied.is_zero


@settings(max_examples=25, deadline=None)
@given(start=st.integers(-80, 130), paid=st.sampled_from(["0", "100.00", "150.00", "600.00"]))
def test_the_range_does_not_change_before_the_next_look(start: int, paid: str) -> None:
    """The end of day looks only at accounts whose day has come, so that day must not be too late."""

    def bucket(day: date) -> int:
        return range_of(days_past_due(standing(_schedule(), cny(paid), day).oldest_unpaid_due_date, day, []))

    today = TODAY + timedelta(days=start)
    look = next_look(standing(_schedule(), cny(paid), today), [])
    for day in (today + timedelta(days=n) for n in range(1, 240)):
        if look is not None and day >= look:
            assert bucket(look) != bucket(today)
            return
        assert bucket(day) == bucket(today)
