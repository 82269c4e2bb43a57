"""No path of a case reaches a state without what must come before it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.case_state import (
    LABELS,
    OPEN_STATES,
    STAYS,
    TRANSITIONS,
    TRIGGERS,
    CaseState,
    next_state,
)

S = CaseState
paths = st.lists(st.sampled_from(sorted(TRIGGERS)), max_size=60)


def reachable(*, without: frozenset[str] = frozenset(), start: CaseState = S.OPENED) -> set[CaseState]:
    """All states that can be reached from `start` when some triggers never happen."""
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for t in TRANSITIONS:
            if t.source is here and t.trigger not in without and t.target not in seen:
                seen.add(t.target)
                todo.append(t.target)
    return seen


def test_twenty_states_each_reachable_with_labels_and_a_way_to_the_end() -> None:
    assert len(CaseState) == 20
    assert reachable() == set(CaseState) == set(LABELS)
    assert all(set(label) == {"en", "zh"} for label in LABELS.values())
    assert all(S.CLOSED in reachable(start=state) for state in OPEN_STATES)


def test_a_trigger_has_one_meaning_in_a_state() -> None:
    pairs = [(t.source, t.trigger) for t in TRANSITIONS]
    assert len(pairs) == len(set(pairs))
    assert not set(pairs) & STAYS


def test_closed_is_terminal() -> None:
    assert reachable(start=S.CLOSED) == {S.CLOSED}
    assert all(next_state(S.CLOSED, trigger) is None for trigger in TRIGGERS)


def test_nothing_is_offered_without_approval_and_nothing_runs_without_signature_and_core() -> None:
    assert not {S.OFFERED, S.AGREED, S.PLAN_ACTIVE} & reachable(without=frozenset({"plan.approved"}))
    assert not {S.AGREED, S.PLAN_ACTIVE} & reachable(without=frozenset({"agreement.signed"}))
    assert S.PLAN_ACTIVE not in reachable(without=frozenset({"plan.activated"}))
    assert S.PLAN_DRAFTED not in reachable(without=frozenset({"plan.drafted"}))
    assert S.PLAN_BROKEN not in reachable(without=frozenset({"instalment.missed"}))
    assert not {S.REFERRED} & reachable(without=frozenset({"referral.approved"}))


@given(paths)
def test_no_history_reaches_a_forbidden_state(triggers: list[str]) -> None:
    state, seen = S.OPENED, [S.OPENED]
    for trigger in triggers:
        after = next_state(state, trigger)
        if after is not None and after is not state:
            state = after
            seen.append(state)
    for earlier, later in pairwise(seen):
        if later is S.PLAN_ACTIVE:
            assert earlier in (S.AGREED, S.PLAN_AT_RISK)
        if later is S.OFFERED:
            assert earlier in (S.PLAN_DRAFTED, S.PENDING_APPROVAL)
        if later is S.AGREED:
            assert earlier is S.OFFERED
        assert earlier is not S.CLOSED
