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


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that is left to do, in words."""

    zh: str
    en: str


BRIEF = ToDo(
    "请先为案件生成简报：POST /v1/cases/{case_id}/brief",
    "make a brief of the case first: POST /v1/cases/{case_id}/brief",
)
FIGURES = ToDo(
    "银行数据已过时：请银行重新报送后，再生成简报",
    "the figures of the bank are too old: have them reported again, then make another brief",
)
NUMBER = ToDo("没有可拨打的号码：请书面向借款人索取", "there is no number to dial: ask the borrower in writing for one")
WHOSE = ToDo(
    "不能确定这是谁的号码：请书面确认，或向银行索取",
    "nobody knows whose number this is: confirm it in writing, or ask the bank for one",
)


@business_rule(
    id="TALK-10",
    group="conversation",
    summary="Somebody dials on a brief of today's figures, and a number that was confirmed or has a lawful source.",
)
def is_prepared(known: Preparation) -> bool:
    return not to_do(known)


def to_do(known: Preparation) -> tuple[ToDo, ...]:
    """What is left to do; nothing when one may dial."""
    left = []
    if known.made_at is None or known.as_of is None or known.now >= known.made_at + known.brief_life:
        left.append(BRIEF)
    elif (known.today - known.as_of).days > known.core_days_old:
        left.append(FIGURES)
    if not known.number_known:
        left.append(NUMBER)
    elif not known.number_good:
        left.append(WHOSE)
    return tuple(left)
