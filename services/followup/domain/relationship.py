"""How somebody may be contacted when nothing is owed any more: as they agreed, and never to collect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from services.common.kernel.rule import business_rule

CURED: Final = frozenset({"CURED", "PLAN_COMPLETED", "SETTLED"})
"""Ends after which what is owed is in order, and the borrower is a customer as others are."""


@business_rule(
    id="FUP-13",
    group="follow-up",
    summary="After a cure a customer is contacted by channels that they agreed to and did not stop, and by no others; "
    "such contact is never called collection.",
)
def may_contact_by(consented: Iterable[str], stopped: Iterable[str]) -> tuple[str, ...]:
    """The consented list, in order of names; silence is no consent."""
    return tuple(sorted(set(consented) - set(stopped)))
