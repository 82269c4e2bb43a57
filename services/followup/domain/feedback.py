"""What borrowers think of us: whom a message asks, who may read an answer when, and what of many may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from services.common.kernel.dated import PolicyValue
from services.common.kernel.rule import business_rule

LINE = frozenset({"agent", "senior_agent"})


@dataclass(frozen=True, slots=True)
class FeedbackTerms(PolicyValue):
    """Of how many in a hundred a message asks, besides the portal."""

    message_percent: int


def asks_by_message(feedback_id: UUID, percent: int) -> bool:
    """Whether a message asks, too: by the id alone, so that it is decided once."""
    return feedback_id.int % 100 < percent


@business_rule(
    id="FUP-09",
    group="follow-up",
    summary="What a borrower thinks of us is sealed from whoever handles the case until the case has ended.",
)
def is_sealed(*, roles: frozenset[str], person: str, handler: str | None, ended: bool) -> bool:
    """Agents read nothing of a case that runs, their own or not; nobody reads what is said of themselves in it."""
    return not ended and (bool(roles & LINE) or person == handler)


@business_rule(
    id="FUP-10",
    group="follow-up",
    summary="Answers are shown together with others alone, and not of a group so small that one could be told apart.",
)
def may_be_shown_together(answers: int, smallest_group: int) -> bool:
    return answers >= smallest_group


def mean_score(answers: Mapping[int, int]) -> Decimal | None:
    """The mean of how often each score was given, to one place; None of nothing."""
    given = sum(answers.values())
    if not given:
        return None
    mean = Decimal(sum(score * times for score, times in answers.items())) / given
    return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)
