"""Every level of authority is a role that a token may carry, that the desk knows, and that somebody at the bank has."""

from datetime import date
from typing import Any

import pytest

from sandbox.issuer.staff import staff
from sandbox.staff.roster import choose
from services.common.kernel.policy_file import load_dated
from services.common.runtime.caller import ROLES
from services.desk.domain.authority import reach_of
from services.plans.domain.authority import AuthorityMatrix, Level, level_of

MATRIX = load_dated("services.plans", "authority", AuthorityMatrix).on(date(2026, 6, 1)).value


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.code)
def test_who_has_a_level_may_see_take_and_decide_what_asks_for_it(level: Level) -> None:
    [role] = [role for role, code in MATRIX.roles.items() if code == level.code]
    assert role in ROLES and level_of([role], MATRIX) is level
    reach = reach_of([role])
    assert role in reach.roles and level.code in reach.levels
    task = {"task_id": "t", "needs_role": role, "needs_level": level.code, "excluded": []}
    person = choose(staff().values(), task, seed=1)
    assert person is not None and level_of(person.roles, MATRIX) is level


def chosen(needs_role: str, *excluded: str) -> str | None:
    task: dict[str, Any] = {"task_id": "t", "needs_role": needs_role, "needs_level": None, "excluded": excluded}
    person = choose(staff().values(), task, seed=1)
    return None if person is None else person.subject


def test_the_committee_does_not_do_the_work_of_the_line() -> None:
    assert chosen("manager") == "staff-zheng"
    assert chosen("manager", "staff-zheng") is None
    assert reach_of(["committee"]).roles == {"committee"}
    assert chosen("compliance") == "staff-feng"
