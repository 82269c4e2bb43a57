"""When a borrower asks for more while an agreement runs, and when an agreement may be called broken."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from services.common.kernel.rule import business_rule
from services.followup.domain.verdict import Standing


class RenegotiationState(StrEnum):
    """A further request: HEARD before its agreement was, ASKED of a supervisor, RUNNING, or ENDED."""

    HEARD = "heard"
    ASKED = "asked"
    RUNNING = "running"
    ENDED = "ended"


OPEN_TALKS: Final = frozenset({RenegotiationState.ASKED, RenegotiationState.RUNNING})
"""While one of them lasts nothing is decided against the borrower."""


@business_rule(
    id="FUP-06",
    group="follow-up",
    summary="An agreement is broken only from at risk, when too much is missed beyond its grace, a notice has reached "
    "the borrower, and no further request of theirs is being talked about.",
)
def may_be_broken(*, at_risk: bool, standing: Standing, notice_served: bool, renegotiating: bool) -> bool:
    return at_risk and standing is Standing.BROKEN_CANDIDATE and notice_served and not renegotiating


@business_rule(
    id="FUP-07",
    group="follow-up",
    summary="A further request is talked about at once until an agreement has had several; then a supervisor decides.",
)
def runs_at_once(number: int, most: int) -> bool:
    """`number`: the how manieth request of the agreement it is, from 1."""
    return number <= most
