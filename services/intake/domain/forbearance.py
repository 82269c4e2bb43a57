"""Whether relief was weighed before anything is enforced (EU-07)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

WEIGHED_BY: Final = frozenset({"plan.drafted", "assessment.deficit", "evidence.rejected"})
"""Steps of a case that are a weighing: terms were computed and why they came to nothing is in the steps after it, or a
person decided that nothing fits or that nothing can be offered, with reasons."""


def relief_was_weighed(steps: Iterable[str], *, declined: bool) -> bool:
    """Whether the triggers of a case's steps, or a request that a reviewer `declined` with reasons, show a weighing.

    An assessment that nobody finished, documents that never came or an account that was never discussed are none.
    """
    return declined or not WEIGHED_BY.isdisjoint(steps)
