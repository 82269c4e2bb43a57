"""Sets of facts with two or three promises on the account, each heard in many orders with repetitions: one verdict, one
state hash for each promise, and no money that keeps two. A failure names the number of the set, which is its seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from services.common.kernel.money import Money
from services.followup.domain.calendar import DayCount
from services.followup.domain.facts import Counted, Facts, counted
from services.followup.domain.postings import effective_payments
from services.followup.domain.promise import Promise, PromiseStatus, PromiseVerdict, judge_promises
from tests.property.test_followup_facts import PARTITIONS, START, Story, heard, story

SETS, ORDERS = 3_000, 10


def promises(told: Story, seed: int) -> dict[str, Promise]:
    """Two or three promises, some of the same day, some replaced by an agreement, each with its own grace."""
    chance = Random(f"promises {seed}")
    made = {}
    for name in "abc"[: chance.randint(2, 3)]:
        due = START + timedelta(days=chance.choice((20, 40, chance.randint(0, 120))))
        made[name] = Promise(
            Money.from_minor(chance.randint(1, 50_000), "CNY"),
            due,
            chance.randint(0, 6),
            Decimal(chance.choice((95, 100))),
            None if chance.random() < 0.2 else due - timedelta(days=chance.randint(0, 60)),
            due + timedelta(days=chance.randint(-10, 10)) if chance.random() < 0.15 else None,
            DayCount((), told.days.to_business_day, told.days.calendar),
        )
    return made


def known(told: Story, facts: Facts) -> Counted:
    """What counts of some facts at the moment that is asked about."""
    return counted(facts, "A", told.moment, PARTITIONS)


def judged(told: Story, made: Mapping[str, Promise], facts: Facts) -> Mapping[str, PromiseVerdict]:
    """The verdicts by the day after the last closed one, as the service asks for them."""
    found = known(told, facts)
    running = None if found.closed_through is None else found.closed_through + timedelta(days=1)
    paused = {name: replace(one, days=replace(one.days, pauses=found.pauses)) for name, one in made.items()}
    return judge_promises(paused, found.postings, running)


def shuffled(made: Mapping[str, Promise], chance: Random) -> dict[str, Promise]:
    return dict(chance.sample(sorted(made.items(), key=lambda named: named[0]), len(made)))


@pytest.mark.parametrize("part", range(3))
def test_every_order_of_arrival_gives_each_promise_one_verdict_and_one_hash(part: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(part, SETS, 3):
        told = story(seed)
        made = promises(told, seed)
        expected = judged(told, made, told.facts)
        chance = Random(-1 - seed)
        for _ in range(ORDERS):
            found = judged(told, shuffled(made, chance), heard(told.facts, chance))
            assert found == expected, f"set {seed}"
            hashes = {name: one.state_hash for name, one in found.items()}
            assert hashes == {name: one.state_hash for name, one in expected.items()}, f"set {seed}"
        seen.update(one.status for one in expected.values())
    # A promise that waits for a supervisor is not judged.
    assert set(seen) == set(PromiseStatus) - {PromiseStatus.PROPOSED} and min(seen.values()) > 20, seen


def test_no_money_keeps_two_promises_and_none_is_lost() -> None:
    shared = 0
    for seed in range(SETS):
        told = story(seed)
        made = promises(told, seed)
        verdicts = judged(told, made, told.facts)
        useful = [
            payment.amount.minor
            for payment in effective_payments(known(told, told.facts).postings, "CNY").payments
            if any(one.takes(payment.value_date, verdicts[name].last_good_day) for name, one in made.items())
        ]
        assert sum(one.paid_in_time.minor for one in verdicts.values()) == sum(useful), f"set {seed}"
        shared += sum(one.paid_in_time.is_positive for one in verdicts.values()) > 1
    assert shared > 100, "the generator does not reach money for several promises"


def test_another_verdict_has_another_hash() -> None:
    found = {
        one
        for seed in range(1_000)
        for one in judged(story(seed), promises(story(seed), seed), story(seed).facts).values()
    }
    assert len({one.state_hash for one in found}) == len(found) > 500
