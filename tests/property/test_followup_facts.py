"""Ten thousand sets of facts, each heard in twenty orders with repetitions: one verdict, one state hash, no cent lost.

A generator of our own instead of hypothesis: two hundred thousand verdicts have to fit into a test run. A failure names
the number of the set, which is its seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

import pytest

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.money import Money
from services.followup.domain.calendar import DayCount
from services.followup.domain.facts import Closing, Facts, Moment, Move, Pause, postings_of
from services.followup.domain.instalments import judge_at
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import AgreementTerms, AgreementVerdict, Due

SETS, ORDERS, PARTITIONS = 10_000, 20, 2
START = date(2026, 3, 2)
EVER = datetime(2026, 3, 2, tzinfo=UTC)
SPRING = BusinessCalendar("test", frozenset({date(2026, 4, 6), date(2026, 5, 1)}), frozenset({2026}))
T = TypeVar("T")
TAKES_BACK = (PostingKind.REVERSAL, PostingKind.RETURN)


@dataclass(frozen=True)
class Story:
    """One agreement, what was ever said of its account, and the moment that is asked about."""

    schedule: tuple[Due, ...]
    terms: AgreementTerms
    days: DayCount
    facts: Facts
    moment: Moment

    def verdict(self, facts: Facts) -> AgreementVerdict:
        return judge_at(self.schedule, facts, "A", self.terms, self.days, self.moment, PARTITIONS)


def story(seed: int) -> Story:
    """Payments in time, early, late, back-dated, partial and too large, taken back in whole or in part, returned,
    booked on another account and moved; pauses that are changed and lifted; days closed in any partition."""
    chance = Random(seed)

    def money(most: int) -> Money:
        return Money.from_minor(chance.randint(1, most), "CNY")

    def day(first: int, last: int) -> date:
        return START + timedelta(days=chance.randint(first, last))

    def instant(near: date) -> datetime:
        moment = datetime(near.year, near.month, near.day, chance.randint(0, 23), tzinfo=UTC)
        return moment + timedelta(days=chance.randint(0, 5))

    schedule = tuple(Due(n, START + timedelta(days=30 * n), money(50_000)) for n in range(1, chance.randint(1, 4) + 1))
    postings, moves = [], []
    for n in range(chance.randint(0, 6)):
        valued = day(-3, 130)
        booked = valued + timedelta(days=chance.choice((0, 0, 0, 1, 12)))
        account = chance.choice("AAAAAB")
        paid = Posting(f"p{n}", PostingKind.PAYMENT, money(60_000), valued, None, account, booked, instant(booked))
        postings.append(paid)
        if chance.random() < 0.3:
            taken = paid.amount if chance.random() < 0.7 else money(60_000)
            later = booked + timedelta(days=chance.randint(0, 20))
            target = chance.choice((paid.reference, paid.reference, "never-heard-of"))
            kind = chance.choice(TAKES_BACK)
            postings.append(Posting(f"r{n}", kind, taken, later, target, account, later, instant(later)))
        if chance.random() < 0.2:
            moves += [Move(f"p{n}", chance.choice("AB"), instant(booked)) for _ in range(chance.randint(1, 2))]
    pauses = []
    for n in range(chance.choice((0, 0, 1, 2))):
        begins = day(0, 120)
        for _ in range(chance.randint(1, 2)):
            until = None if chance.random() < 0.2 else begins + timedelta(days=chance.randint(-1, 25))
            pauses.append(Pause(f"h{n}", begins, until, instant(begins)))
    closings = [
        Closing(partition, day(0, 140), instant(day(0, 140)))
        for partition in range(PARTITIONS)
        for _ in range(chance.randint(0, 3))
    ]
    tolerance = Decimal(chance.choice((0, 5)))
    terms = AgreementTerms(chance.randint(0, 6), tolerance, chance.randint(1, 3), chance.randint(1, 40))
    return Story(
        schedule,
        terms,
        DayCount((), chance.random() < 0.5, SPRING if chance.random() < 0.7 else None),
        Facts(tuple(postings), tuple(moves), tuple(closings), tuple(pauses)),
        Moment(
            None if chance.random() < 0.6 else day(0, 140),
            None if chance.random() < 0.6 else instant(day(0, 140)),
        ),
    )


def heard(facts: Facts, chance: Random) -> Facts:
    """The same facts in another order; some are heard again, later and on another channel."""

    def again(said: Sequence[Posting]) -> list[Posting]:
        repeated = chance.sample(said, chance.randint(0, min(2, len(said))))
        later = timedelta(days=chance.randint(0, 9))
        return [replace(one, booking_date=START, known_at=(one.known_at or EVER) + later) for one in repeated]

    def shuffled(said: Collection[T]) -> list[T]:
        found = [*said, *list(said)[: chance.randint(0, 1)]]
        chance.shuffle(found)
        return found

    return Facts(
        shuffled([*facts.postings, *again(list(facts.postings))]),
        shuffled(facts.moves),
        shuffled(facts.closings),
        shuffled(facts.pauses),
    )


@pytest.mark.parametrize("part", range(4))
def test_every_order_of_arrival_gives_one_verdict_and_one_hash(part: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(part, SETS, 4):
        told = story(seed)
        expected = told.verdict(told.facts)
        chance = Random(-1 - seed)
        for _ in range(ORDERS):
            found = told.verdict(heard(told.facts, chance))
            assert found == expected, f"set {seed}"
            assert found.state_hash == expected.state_hash, f"set {seed}"
        seen.update(line.state for line in expected.instalments)
        seen[expected.standing] += 1
    assert min(seen.values()) > 20 and len(seen) == 10, f"the generator does not reach everything: {seen}"


def test_no_cent_is_lost_or_made() -> None:
    for seed in range(SETS):
        told = story(seed)
        verdict = told.verdict(told.facts)
        counted = postings_of(told.facts, "A", told.moment)
        left = {one.reference: one.amount.minor for one in counted if one.reverses is None}
        for one in counted:
            if one.reverses is not None:
                left[one.reverses] = max(0, left[one.reverses] - one.amount.minor)
        held = sum(line.paid.minor for line in verdict.instalments)
        assert held + verdict.unapplied.minor == verdict.received.minor == sum(left.values()), f"set {seed}"
        assert all(line.paid_in_time <= line.paid <= line.amount for line in verdict.instalments), f"set {seed}"


def test_a_day_later_learned_changes_nothing_that_was_known() -> None:
    """What is learned after an instant is no part of what was known at it."""
    for seed in range(0, SETS, 10):
        told = story(seed)
        asked = replace(told, moment=Moment(told.moment.as_of, datetime(2026, 4, 20, tzinfo=UTC)))
        facts, moment = told.facts, asked.moment
        known = Facts(
            [one for one in facts.postings if moment.knows(one.known_at)],
            [one for one in facts.moves if moment.knows(one.known_at)],
            [one for one in facts.closings if moment.knows(one.known_at)],
            [one for one in facts.pauses if moment.knows(one.known_at)],
        )
        assert asked.verdict(told.facts).state_hash == asked.verdict(known).state_hash, f"set {seed}"


def test_another_verdict_has_another_hash() -> None:
    found = {story(seed).verdict(story(seed).facts) for seed in range(2_000)}
    assert len({one.state_hash for one in found}) == len(found)
