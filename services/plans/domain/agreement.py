"""What an agreement must contain, whether its terms were understood, and whether the lender gains by the plan too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule

TELL_THE_BANK = "tell_the_bank"


@dataclass(frozen=True, slots=True)
class AgreementPolicy(PolicyValue):
    """What rules ask an agreement to contain, and how it is signed.

    `content_lists` are the parameters under which a rule lists what has to be in it; `content_of_rules` is what a rule
    asks for that has no such list, `content_of_settlements` only of settlements. A code stands for `code_hours` and
    `code_tries`; when these are used up no other is sent for `code_lock_minutes`, and `codes_of_version` are sent at
    most for one version.
    """

    content_lists: tuple[str, ...]
    content_of_rules: Mapping[str, tuple[str, ...]]
    content_of_settlements: Mapping[str, tuple[str, ...]]
    reporting_years_lists: tuple[str, ...]
    no_card_item: str
    consent_version: str
    code_hours: int
    code_tries: int
    code_lock_minutes: int
    codes_of_version: int
    present_value_floor_percent: Decimal


@dataclass(frozen=True, slots=True)
class Restated:
    """The terms as the borrower says them, or as they are."""

    payment: Money
    instalments: int
    first_due_date: date
    if_missed: str = TELL_THE_BANK


def locked_until(policy: AgreementPolicy, tries: int, tried_at: datetime | None) -> datetime | None:
    """Until when no other code is sent to somebody whose last one was tried so often, at last at an instant; None where
    one may be sent now."""
    if tries < policy.code_tries or tried_at is None:
        return None
    return tried_at + timedelta(minutes=policy.code_lock_minutes)


def missing_contents(required: Mapping[str, frozenset[str]], said: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By rule what it asks for and the agreement does not say."""
    told = frozenset(said)
    return {rule: tuple(sorted(items - told)) for rule, items in required.items() if items - told}


def misunderstood(said: Restated, true: Restated) -> tuple[str, ...]:
    """The questions whose answers are not what was agreed: the terms are explained again then."""
    asked = ("payment", "instalments", "first_due_date", "if_missed")
    return tuple(name for name in asked if getattr(said, name) != getattr(true, name))


@business_rule(
    id="GAIN-01",
    group="gain",
    summary="The lender gains: the payments are worth at least the policy's share of what going on as agreed would be.",
)
def lender_gains(diminished_percent: Decimal, floor_percent: Decimal) -> bool:
    return Decimal(100) - diminished_percent >= floor_percent
