"""The verdict on instalments, day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import CurrencyMismatch, Money
from services.followup.domain.calendar import instalment_days
from services.followup.domain.instalments import judge
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import AgreementTerms, AgreementVerdict, Due

SCHEDULE = tuple(Due(n, date(2026, n, 10), Money.of("100.00", "CNY")) for n in (1, 2, 3))
TERMS = AgreementTerms(grace_days=3, tolerance_percent=Decimal(5), broken_after_missed=2, broken_after_days=15)


def pay(reference: str, amount: str, day: date) -> Posting:
    return Posting(reference, PostingKind.PAYMENT, Money.of(amount, "CNY"), day)


def reverse(reference: str, amount: str, day: date, of: str) -> Posting:
    return Posting(reference, PostingKind.REVERSAL, Money.of(amount, "CNY"), day, of)


def judged(postings: list[Posting], closed_through: date | None) -> AgreementVerdict:
    return judge(SCHEDULE, postings, TERMS, closed_through)


def states(verdict: AgreementVerdict) -> str:
    return " ".join(v.state.value for v in verdict.instalments)


@pytest.mark.rule("FUP-01")
@pytest.mark.rule("FUP-02")
@pytest.mark.parametrize(
    ("closed_through", "expected", "standing"),
    [
        (None, "SCHEDULED SCHEDULED SCHEDULED", "ON_TRACK"),
        (date(2026, 1, 8), "SCHEDULED SCHEDULED SCHEDULED", "ON_TRACK"),
        (date(2026, 1, 9), "DUE SCHEDULED SCHEDULED", "ON_TRACK"),
        (date(2026, 1, 12), "DUE SCHEDULED SCHEDULED", "ON_TRACK"),
        (date(2026, 1, 13), "MISSED SCHEDULED SCHEDULED", "AT_RISK"),
        (date(2026, 1, 27), "MISSED SCHEDULED SCHEDULED", "AT_RISK"),
        (date(2026, 1, 28), "MISSED SCHEDULED SCHEDULED", "BROKEN_CANDIDATE"),
        (date(2026, 2, 13), "MISSED MISSED SCHEDULED", "BROKEN_CANDIDATE"),
    ],
)
def test_nothing_paid(closed_through: date | None, expected: str, standing: str) -> None:
    verdict = judged([], closed_through)
    assert (states(verdict), verdict.standing.value) == (expected, standing)


def test_a_payment_on_the_last_good_day_is_in_time_and_a_day_later_it_is_not() -> None:
    in_time = judged([pay("p", "100.00", date(2026, 1, 13))], date(2026, 1, 14))
    assert states(in_time) == "PAID SCHEDULED SCHEDULED"
    late = judged([pay("p", "100.00", date(2026, 1, 14))], date(2026, 1, 14))
    assert states(late) == "CAUGHT_UP SCHEDULED SCHEDULED"
    assert late.standing.value == "ON_TRACK"


def test_a_payment_that_arrives_late_with_an_early_value_date_takes_the_miss_back() -> None:
    assert states(judged([], date(2026, 1, 20))).startswith("MISSED")
    assert states(judged([pay("p", "100.00", date(2026, 1, 9))], date(2026, 1, 20))).startswith("PAID")


def test_money_counts_in_the_order_of_value_dates_not_of_references() -> None:
    verdict = judged([pay("a", "100.00", date(2026, 2, 5)), pay("b", "100.00", date(2026, 1, 10))], date(2026, 2, 5))
    assert states(verdict) == "PAID PAID SCHEDULED"
    assert [v.paid_on for v in verdict.instalments] == [date(2026, 1, 10), date(2026, 2, 5), None]


def test_short_within_tolerance_is_paid_and_the_rest_stays_owed() -> None:
    verdict = judged([pay("p", "95.00", date(2026, 1, 10))], date(2026, 1, 20))
    assert states(verdict) == "PAID SCHEDULED SCHEDULED"
    assert verdict.instalments[0].shortfall == Money.of("5.00", "CNY")
    short = judged([pay("p", "94.99", date(2026, 1, 10))], date(2026, 1, 20))
    assert states(short) == "MISSED SCHEDULED SCHEDULED"


def test_part_payment_is_part_paid_until_it_is_judged() -> None:
    assert states(judged([pay("p", "40.00", date(2026, 1, 10))], date(2026, 1, 12))).startswith("PART_PAID")


def test_the_last_instalment_has_no_tolerance() -> None:
    paid = [pay("a", "200.00", date(2026, 1, 10)), pay("b", "99.00", date(2026, 3, 10))]
    assert states(judged(paid, date(2026, 3, 13))) == "PAID PAID MISSED"


def test_completed_once_the_day_of_the_last_payment_is_closed() -> None:
    everything = [pay("p", "310.00", date(2026, 2, 1))]
    assert judged(everything, date(2026, 1, 31)).standing.value == "ON_TRACK"
    done = judged(everything, date(2026, 2, 1))
    assert done.standing.value == "COMPLETED"
    assert done.unapplied == Money.of("10.00", "CNY")


def test_a_reversal_undoes_its_payment_even_when_it_comes_first() -> None:
    bounced = [reverse("r", "100.00", date(2026, 1, 12), of="p"), pay("p", "100.00", date(2026, 1, 10))]
    verdict = judged(bounced, date(2026, 1, 20))
    assert states(verdict).startswith("MISSED")
    assert verdict.received.is_zero
    alone = judged(bounced[:1], date(2026, 1, 20))
    assert alone.unmatched_reversals == ("r",)


def test_postings_that_contradict_or_make_no_sense_are_refused() -> None:
    with pytest.raises(InvalidInput):
        judged([pay("p", "1.00", date(2026, 1, 1)), pay("p", "2.00", date(2026, 1, 1))], None)
    with pytest.raises(InvalidInput):
        pay("p", "0.00", date(2026, 1, 1))
    with pytest.raises(InvalidInput):
        Posting("r", PostingKind.REVERSAL, Money.of("1.00", "CNY"), date(2026, 1, 1))
    with pytest.raises(CurrencyMismatch):
        judged([Posting("p", PostingKind.PAYMENT, Money.of("1.00", "USD"), date(2026, 1, 1))], None)
    with pytest.raises(InvalidInput):
        judge(SCHEDULE[::-1], [], TERMS, None)


def test_days_of_an_instalment() -> None:
    days = instalment_days(1, date(2026, 3, 1), grace_days=3, remind_days_before=3)
    assert (days.remind_on, days.last_good_day) == (date(2026, 2, 26), date(2026, 3, 4))
