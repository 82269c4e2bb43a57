"""What a borrower must be told about a case, and what of it was not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from services.common.kernel.rule import business_rule


@business_rule(
    id="TALK-09",
    group="conversation",
    summary="The borrower is told process, rights, where to complain and what comes next; what is open is shown.",
)
def nothing_is_open(items: Iterable[str], given: Collection[str]) -> bool:
    return not still_open(items, given)


def still_open(items: Iterable[str], given: Collection[str]) -> tuple[str, ...]:
    """The items that were not given yet, in the order of the list."""
    return tuple(item for item in items if item not in given)
