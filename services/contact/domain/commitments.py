"""Promises of both sides: what a member of staff may promise, or accept, and for how long ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from services.common.kernel.rule import business_rule


class Side(StrEnum):
    """Who promised."""

    BORROWER = "borrower"
    LENDER = "lender"


Authority = Mapping[str, Mapping[str, int]]
"""By role and kind: how many days from today a promise may reach."""


def reach(kind: str, roles: Iterable[str], authority: Authority) -> int | None:
    """How many days ahead somebody with these roles may go; None when it is not theirs to promise."""
    found = [authority[role][kind] for role in roles if kind in authority.get(role, {})]
    return max(found, default=None)


@business_rule(
    id="TALK-08",
    group="conversation",
    summary="Nobody promises, or accepts, what is beyond their authority: another kind, or for longer.",
)
def within_authority(today: date, due_on: date, days: int | None) -> bool:
    return days is not None and (due_on - today).days <= days


def who_may(kind: str, today: date, due_on: date, authority: Authority) -> tuple[str, ...]:
    """The roles that may promise it, in the order of the table; none when it is decided elsewhere."""
    return tuple(role for role in authority if within_authority(today, due_on, authority[role].get(kind)))
