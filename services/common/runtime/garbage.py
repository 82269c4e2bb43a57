"""Garbage collection of processes that live long: seldom, and not of what was built at their start."""

import gc

GARBAGE = (20_000, 20, 20)
"""Allocations before a collection of the youngest, and collections before one of the next older generation."""


def collect_seldom() -> None:
    """Collect after more allocations than by default. Importing alone makes half a million objects that stay."""
    gc.set_threshold(*GARBAGE)


def leave_out_what_is() -> None:
    """Leave what is there by now out of every later collection, and collect seldom."""
    gc.collect()
    gc.freeze()
    collect_seldom()
