"""Observation, cure and probation, counted by what was missed and late: the same whatever the order it is heard in."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from services.followup.domain.clocks import (
    ClockTerms,
    Count,
    Phase,
    forbearance,
    may_leave_probation,
    observation,
    starts_non_performing,
)

OBSERVED = ClockTerms(observation_months=12)
FORBORNE = ClockTerms(cure_months=12, probation_months=24, over_days=30)
BEGIN = date(2026, 4, 20)


@pytest.mark.rule("FUP-16")
@pytest.mark.rule("CN-21")
def test_observation_is_counted_anew_from_what_is_missed_in_it() -> None:
    assert observation(BEGIN, OBSERVED, []) == Count(Phase.OBSERVATION, BEGIN, date(2027, 4, 20))
    missed = [date(2026, 9, 20), date(2027, 9, 20), date(2028, 9, 21)]
    for heard in permutations(missed):
        found = observation(BEGIN, OBSERVED, heard)
        assert found == Count(Phase.OBSERVATION, date(2027, 9, 20), date(2028, 9, 20), 2), "the third came after it"


@pytest.mark.rule("FUP-16")
def test_what_is_missed_before_or_after_counts_nothing_anew() -> None:
    assert observation(BEGIN, OBSERVED, [date(2026, 4, 19), date(2027, 4, 21)]).recounts == 0
    assert observation(BEGIN, OBSERVED, [date(2027, 4, 20)]).recounts == 1, "the last day belongs to it"


@pytest.mark.rule("EU-03")
@pytest.mark.rule("EU-04")
def test_cure_comes_before_probation() -> None:
    granted = date(2026, 1, 15)
    cure = forbearance(granted, FORBORNE, [], date(2027, 1, 14), non_performing=True)
    assert cure == Count(Phase.CURE, granted, date(2027, 1, 15))
    cured = forbearance(granted, FORBORNE, [], date(2027, 1, 15), non_performing=True)
    assert cured == Count(Phase.PROBATION, date(2027, 1, 15), date(2029, 1, 15))
    performing = forbearance(granted, FORBORNE, [], granted, non_performing=False)
    assert performing == Count(Phase.PROBATION, granted, date(2028, 1, 15))


@pytest.mark.rule("FUP-17")
@pytest.mark.rule("EU-05")
def test_late_in_probation_after_a_cure_is_non_performing_again() -> None:
    granted, late = date(2026, 1, 15), date(2028, 6, 1)
    found = forbearance(granted, FORBORNE, [late], late, non_performing=True)
    assert found == Count(Phase.CURE, late, date(2029, 6, 1), 1)
    again = forbearance(granted, FORBORNE, [late], date(2029, 6, 1), non_performing=True)
    assert again == Count(Phase.PROBATION, date(2029, 6, 1), date(2031, 6, 1), 1)
    assert forbearance(granted, FORBORNE, [date(2029, 1, 16)], late, non_performing=True).recounts == 0, "it was over"


@pytest.mark.rule("FUP-17")
@pytest.mark.rule("EU-05")
def test_who_always_performed_is_assessed_and_not_counted_anew() -> None:
    found = forbearance(BEGIN, FORBORNE, [date(2027, 1, 1)], date(2027, 1, 1), non_performing=False)
    assert found == Count(Phase.PROBATION, BEGIN, date(2028, 4, 20), 0, was_late=True)


@pytest.mark.rule("EU-06")
@pytest.mark.rule("FUP-18")
@pytest.mark.parametrize(
    ("due", "in_time", "late", "may"),
    [(24, 12, False, True), (24, 11, False, False), (24, 24, True, False), (0, 0, False, True)],
)
def test_half_of_a_probation_is_paid_in_time_and_nothing_is_late_at_its_end(
    due: int, in_time: int, late: bool, may: bool
) -> None:
    assert may_leave_probation(due, in_time, 50, late=late) is may


@pytest.mark.rule("EU-05")
@pytest.mark.parametrize(
    ("told", "earlier", "was", "expected"),
    [
        (True, None, False, True),
        (False, None, False, False),
        (False, Phase.PROBATION, True, True),
        (False, Phase.CURE, True, True),
        (False, Phase.PROBATION, False, False),
    ],
)
def test_a_further_measure_in_probation_after_a_cure(
    told: bool, earlier: Phase | None, was: bool, expected: bool
) -> None:
    assert starts_non_performing(told, earlier, earlier_was_non_performing=was) is expected
