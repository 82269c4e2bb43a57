"""What payments go to: each in the order of its own day, plan interest when it falls due, and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.followup.domain.debt import Debt, FallingDue, allocate
from services.followup.domain.postings import EffectivePayment
from services.followup.domain.waterfall import CardOrder, LoanOrder, card_order, loan_order
from services.followup.service.applying import Applying
from services.followup.service.policies import Policies

START = date(2026, 1, 1)


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


def card(_: date, late: int) -> tuple[str, ...]:
    return card_order(late, CardOrder(91))


def paid(*said: tuple[str, str]) -> list[EffectivePayment]:
    return [EffectivePayment(f"p{n}", date.fromisoformat(day), cny(amount)) for n, (day, amount) in enumerate(said)]


def debt(*falling_due: FallingDue, late_since: date | None = START) -> Debt:
    return Debt(cny("100.00"), cny("30.00"), cny("5.00"), falling_due, late_since)


def went_to(payments: list[EffectivePayment], of: Debt) -> list[str]:
    found = allocate(payments, of, card)
    return [str(found.allocated[part].amount) for part in ("fees", "interest", "principal")] + [
        str(found.unapplied.amount)
    ]


@pytest.mark.rule("CN-17")
def test_each_payment_is_applied_in_the_order_of_its_own_day() -> None:
    said = [("2026-04-01", "20.00"), ("2026-04-02", "20.00"), ("2026-04-03", "100.00")]  # days 90, 91 and 92
    assert went_to(paid(*said[:1]), debt()) == ["0.00", "20.00", "0.00", "0.00"]
    assert went_to(paid(*said[:2]), debt()) == ["0.00", "20.00", "20.00", "0.00"]
    assert went_to(paid(*said), debt()) == ["5.00", "30.00", "100.00", "5.00"]


@pytest.mark.rule("CN-17")
def test_what_is_back_dated_changes_what_later_payments_went_to() -> None:
    late = paid(("2026-04-02", "20.00"))
    assert went_to(late, debt()) == ["0.00", "0.00", "20.00", "0.00"]
    assert went_to(paid(("2026-04-01", "40.00"), ("2026-04-02", "20.00")), debt()) == ["5.00", "30.00", "25.00", "0.00"]


def test_an_account_that_is_up_to_date_is_not_late() -> None:
    assert went_to(paid(("2026-12-31", "20.00")), debt(late_since=None)) == ["0.00", "20.00", "0.00", "0.00"]


def test_interest_of_the_plan_is_paid_when_it_falls_due() -> None:
    costs = [FallingDue(date(2026, 2, 1), cny("3.00")), FallingDue(date(2026, 3, 1), cny("2.00"))]
    assert went_to(paid(("2026-01-31", "36.00")), debt(*costs)) == ["5.00", "30.00", "1.00", "0.00"]
    assert went_to(paid(("2026-02-01", "36.00")), debt(*costs)) == ["3.00", "33.00", "0.00", "0.00"]
    ahead = went_to(paid(("2026-01-31", "139.00"), ("2026-02-02", "2.00")), debt(*costs))
    assert ahead == ["5.00", "35.00", "100.00", "1.00"], "what is paid ahead goes to later interest last"


def test_payments_come_in_order() -> None:
    with pytest.raises(InvalidInput):
        allocate(paid(("2026-04-02", "1.00"), ("2026-04-01", "1.00")), debt(), card)


@pytest.mark.rule("CN-17")
@pytest.mark.rule("CN-18")
def test_the_order_is_that_of_pack_and_product() -> None:
    applying, day = Applying(Policies()), date(2026, 6, 1)
    assert applying.order("cn", "credit_card", day, 90) == ("interest", "fees", "principal")
    assert applying.order("cn", "credit_card", day, 91) == ("principal", "interest", "fees")
    assert applying.order("cn", "personal_loan", day, 91) == ("recovery_costs", "interest", "fees", "principal")
    for pack in ("us", "us+us-ma", "uk", "eu", "sample"):
        house = applying.order(pack, "credit_card", day, 200)
        assert house == ("interest", "fees", "principal"), "no pack of these says an order"


amounts = st.integers(0, 500).map(lambda units: Money.from_minor(units, "CNY"))


@given(
    st.tuples(amounts, amounts, amounts),
    st.lists(st.tuples(st.integers(0, 200), amounts), max_size=4),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 400)), max_size=6),
    st.booleans(),
)
def test_no_unit_is_lost_and_no_part_gets_too_much(
    parts: tuple[Money, Money, Money],
    costs: list[tuple[int, Money]],
    said: list[tuple[int, int]],
    of_card: bool,
) -> None:
    falling = [FallingDue(START + timedelta(days=n), cost) for n, cost in sorted(costs, key=lambda one: one[0])]
    payments = [
        EffectivePayment(str(n), START + timedelta(days=day), Money.from_minor(units, "CNY"))
        for n, (day, units) in enumerate(sorted(said))
    ]
    loan = LoanOrder("recovery_costs-interest-principal")
    found = allocate(payments, Debt(*parts, falling, START), card if of_card else lambda *_: loan_order(loan))
    came = sum(one.amount.minor for one in payments)
    owed = sum(part.minor for part in parts) + sum(one.interest.minor for one in falling)
    went = sum(part.minor for part in found.allocated.values())
    assert went + found.unapplied.minor == came
    assert went + sum(part.minor for part in found.remaining_due.values()) == owed
    assert went == min(came, owed), "nothing is unapplied while anything is owed"
    assert all(not part.is_negative for part in (*found.allocated.values(), *found.remaining_due.values()))
