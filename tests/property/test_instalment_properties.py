"""The verdict on an agreement and on a promise: the same for every arrival order, and money conserved."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.money import Money
from services.followup.domain.instalments import judge
from services.followup.domain.postings import Posting, PostingKind, effective_payments
from services.followup.domain.promise import Promise, judge_promise
from services.followup.domain.verdict import AgreementTerms, Due, InstalmentState, Standing
from services.followup.domain.waterfall import apply_payment

START = date(2026, 1, 1)
days = st.integers(-5, 150).map(lambda n: START + timedelta(days=n))
money = st.integers(1, 40_000).map(lambda n: Money.from_minor(n, "CNY"))
terms = st.builds(
    AgreementTerms,
    grace_days=st.integers(0, 10),
    tolerance_percent=st.integers(0, 20).map(Decimal),
    broken_after_missed=st.integers(1, 3),
    broken_after_days=st.integers(1, 40),
)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Due, ...]:
    count = draw(st.integers(1, 5))
    return tuple(Due(n, START + timedelta(days=30 * n), draw(money)) for n in range(1, count + 1))


@st.composite
def histories(draw: st.DrawFn) -> list[Posting]:
    """Payments, reversals of some of them (whole or in part), and a reversal of a payment that never came."""
    payments = [Posting(f"p{n}", PostingKind.PAYMENT, draw(money), draw(days)) for n in range(draw(st.integers(0, 8)))]
    reversals = [
        Posting(f"r{n}", PostingKind.REVERSAL, draw(money), draw(days), draw(st.sampled_from([p.reference, "unknown"])))
        for n, p in enumerate(payments)
        if draw(st.booleans())
    ]
    return payments + reversals


@given(schedules(), histories(), terms, st.none() | days, st.data())
def test_arrival_order_and_repetition_change_nothing(
    schedule: tuple[Due, ...], history: list[Posting], how: AgreementTerms, closed: date | None, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(history), max_size=5)) if history else []
    arrived = data.draw(st.permutations(history + again))
    assert judge(schedule, arrived, how, closed) == judge(schedule, history, how, closed)


@given(schedules(), histories(), terms, st.none() | days)
def test_money_is_conserved_and_old_instalments_come_first(
    schedule: tuple[Due, ...], history: list[Posting], how: AgreementTerms, closed: date | None
) -> None:
    verdict = judge(schedule, history, how, closed)
    held = Money.total((v.paid for v in verdict.instalments), "CNY")
    assert held + verdict.unapplied == verdict.received
    assert verdict.received == Money.total((p.amount for p in effective_payments(history, "CNY").payments), "CNY")
    for earlier, later in pairwise(verdict.instalments):
        assert later.paid.is_zero or earlier.shortfall.is_zero
    assert all(v.paid_in_time <= v.paid <= v.amount for v in verdict.instalments)
    assert verdict.unapplied.is_zero or all(v.shortfall.is_zero for v in verdict.instalments)


@given(schedules(), histories(), terms, st.none() | days)
def test_nothing_is_missed_before_the_bank_closed_its_last_good_day(
    schedule: tuple[Due, ...], history: list[Posting], how: AgreementTerms, closed: date | None
) -> None:
    verdict = judge(schedule, history, how, closed)
    for instalment in verdict.instalments:
        if instalment.state in (InstalmentState.MISSED, InstalmentState.CAUGHT_UP):
            assert closed is not None and closed >= instalment.last_good_day
    missed = any(v.state is InstalmentState.MISSED for v in verdict.instalments)
    assert missed is (verdict.standing in (Standing.AT_RISK, Standing.BROKEN_CANDIDATE))
    if verdict.standing is Standing.COMPLETED:
        assert all(v.shortfall.is_zero for v in verdict.instalments)


@given(money, histories(), days, days, st.integers(0, 5), st.integers(1, 100), st.data())
def test_a_promise_is_judged_the_same_in_every_order(
    amount: Money, history: list[Posting], on: date, as_of: date, grace: int, threshold: int, data: st.DataObject
) -> None:
    promise = Promise(amount, on, grace, Decimal(threshold))
    arrived = data.draw(st.permutations(history))
    assert judge_promise(promise, arrived, as_of) == judge_promise(promise, history, as_of)


@given(money, st.dictionaries(st.sampled_from(["fees", "interest", "principal"]), money), st.data())
def test_a_payment_is_applied_in_full(payment: Money, due: dict[str, Money], data: st.DataObject) -> None:
    order = data.draw(st.permutations(["fees", "interest", "principal"]))
    applied = apply_payment(payment, order, due)
    assert Money.total(applied.allocated.values(), "CNY") + applied.unapplied == payment
    assert all(not left.is_negative for left in applied.remaining_due.values())
    assert applied.unapplied.is_zero or all(left.is_zero for left in applied.remaining_due.values())
