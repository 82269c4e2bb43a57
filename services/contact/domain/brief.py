"""What has to be done before somebody dials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.kernel.rule import business_rule


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is known before a dial. `made_at` and `as_of` are those of the newest brief, None without one.

    `number_good`: somebody was verified at it, or it came from a lawful source.
    """

    now: datetime
    today: date
    made_at: datetime | None
    as_of: date | None
    number_known: bool
    number_good: bool
    brief_life: timedelta
    core_days_old: int


@business_rule(
    id="TALK-10",
    group="conversation",
    summary="Somebody dials on a brief of today's figures, and a number that was confirmed or has a lawful source.",
)
def is_prepared(known: Preparation) -> bool:
    return not to_do(known)


def to_do(known: Preparation) -> tuple[str, ...]:
    """What is left to do, in words; nothing when one may dial."""
    left = []
    if known.made_at is None or known.as_of is None or known.now >= known.made_at + known.brief_life:
        left.append("make a brief of the case first: POST /v1/cases/{case_id}/brief")
    elif (known.today - known.as_of).days > known.core_days_old:
        left.append("the figures of the bank are too old: have them reported again, then make another brief")
    if not known.number_known:
        left.append("there is no number to dial: ask the borrower in writing for one")
    elif not known.number_good:
        left.append("nobody knows whose number this is: confirm it in writing, or ask the bank for one")
    return tuple(left)
