"""Which days count: grace, pauses, business days; and what of the facts counts at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.money import Money
from services.common.kernel.period import Period
from services.followup.domain.calendar import DayCount
from services.followup.domain.facts import Closing, Facts, Moment, Move, Pause, closed_through, pauses_at, postings_of
from services.followup.domain.instalments import judge_at
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import AgreementTerms, Due, InstalmentState, Standing

APRIL = BusinessCalendar("test", frozenset({date(2026, 4, 6)}), frozenset({2026}), frozenset({date(2026, 4, 4)}))
TERMS = AgreementTerms(grace_days=3, tolerance_percent=Decimal(0), broken_after_missed=2, broken_after_days=10)
DUE = date(2026, 4, 1)


def april(first: int, last: int | None) -> Period[date]:
    return Period(date(2026, 4, first), None if last is None else date(2026, 4, last))


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC)


def payment(reference: str, amount: str, day: int, known: int, account: str = "A") -> Posting:
    value_date = date(2026, 4, day)
    return Posting(
        reference, PostingKind.PAYMENT, Money.of(amount, "CNY"), value_date, None, account, value_date, at(known)
    )


@pytest.mark.parametrize(
    ("count", "last_good_day"),
    [
        (DayCount(), date(2026, 4, 4)),
        (DayCount(to_business_day=True), date(2026, 4, 6)),  # a Monday of which no list is known
        (DayCount(to_business_day=True, calendar=APRIL), date(2026, 4, 4)),  # a Saturday that is worked
        (DayCount((april(3, 5),)), date(2026, 4, 6)),
        (DayCount((april(3, 5),), True, APRIL), date(2026, 4, 7)),  # a holiday
        (DayCount((april(1, 3), april(2, 6))), date(2026, 4, 9)),  # nothing falls due before the 6th
        (DayCount((april(5, 9),)), date(2026, 4, 4)),
    ],
)
def test_the_last_good_day(count: DayCount, last_good_day: date) -> None:
    assert count.last_good_day(DUE, 3) == last_good_day


def test_paused_days_are_not_waited_for() -> None:
    assert DayCount((april(5, 8),)).between(date(2026, 4, 3), date(2026, 4, 10)) == 4
    assert DayCount((april(5, 8),)).after(date(2026, 4, 4), 1) == date(2026, 4, 8)


def test_a_pause_is_what_was_last_learned_of_it() -> None:
    said = [
        Pause("h1", date(2026, 4, 2), None, at(2)),
        Pause("h1", date(2026, 4, 2), date(2026, 4, 9), at(5)),
        Pause("h2", date(2026, 4, 3), date(2026, 4, 3), at(3)),
    ]
    assert pauses_at(said, Moment(known_at=at(1))) == ()
    assert pauses_at(said, Moment(known_at=at(4))) == (april(2, None),)
    assert pauses_at(reversed(said), Moment()) == (april(2, 9),)


def test_a_pause_without_end_lets_nothing_be_missed() -> None:
    schedule = [Due(1, DUE, Money.of("100.00", "CNY"))]
    closings = [Closing(0, date(2026, 4, 30), at(30))]
    paused = Facts(closings=closings, pauses=[Pause("h", date(2026, 4, 4), None, at(4))])
    ended = Facts(closings=closings, pauses=[Pause("h", date(2026, 4, 4), date(2026, 4, 20), at(4))])
    of = [judge_at(schedule, facts, "A", TERMS, DayCount(), Moment(), 1) for facts in (paused, ended)]
    assert [(v.standing, v.instalments[0].state) for v in of] == [
        (Standing.ON_TRACK, InstalmentState.DUE),
        (Standing.BROKEN_CANDIDATE, InstalmentState.MISSED),
    ]
    assert of[1].instalments[0].last_good_day == date(2026, 4, 20)


def test_a_day_is_closed_when_every_partition_has_closed_it() -> None:
    said = [Closing(0, date(2026, 4, 3), at(4)), Closing(0, date(2026, 4, 2), at(3)), Closing(1, DUE, at(2))]
    assert closed_through(said, Moment(), 2) == DUE
    assert closed_through(said, Moment(), 3) is None
    assert closed_through(said, Moment(known_at=at(3)), 1) == DUE
    assert closed_through(said[:2], Moment(as_of=date(2026, 4, 2)), 1) == date(2026, 4, 2)


def test_a_payment_that_was_moved_is_of_one_account_only() -> None:
    taken = Posting("r", PostingKind.RETURN, Money.of("40.00", "CNY"), date(2026, 4, 9), "p", "A", None, at(9))
    facts = Facts([payment("p", "100.00", 1, 1), taken], [Move("p", "B", at(5))])
    assert [one.reference for one in postings_of(facts, "A", Moment())] == []
    assert [one.reference for one in postings_of(facts, "B", Moment())] == ["p", "r"]
    assert [one.reference for one in postings_of(facts, "A", Moment(known_at=at(4)))] == ["p"]


def test_what_was_known_on_a_day() -> None:
    """A payment valued on the due day was heard of a week later: missed by what was known, paid by what is known."""
    schedule = [Due(1, DUE, Money.of("100.00", "CNY"))]
    facts = Facts([payment("p", "100.00", 1, 12)], closings=[Closing(0, date(2026, 4, 4), at(5))])

    def state(moment: Moment) -> InstalmentState:
        return judge_at(schedule, facts, "A", TERMS, DayCount(), moment, 1).instalments[0].state

    assert state(Moment(known_at=at(4))) is InstalmentState.SCHEDULED
    assert state(Moment(known_at=at(6))) is InstalmentState.MISSED
    assert state(Moment(known_at=at(12))) is InstalmentState.PAID
    assert state(Moment(as_of=date(2026, 3, 31))) is InstalmentState.SCHEDULED
