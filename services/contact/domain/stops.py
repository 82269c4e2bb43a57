"""Stops of outbound contact: what one covers, and when two people have lifted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OPERATOR = "operator:"
"""What the subjects of people begin with who act by the command line of an installation."""


class StopScope(StrEnum):
    """How much a stop stops. The value of all others is named beside it: `sms`, `cn`, `offer`, a portfolio."""

    ALL = "all"
    PACK = "pack"
    CHANNEL = "channel"
    TEMPLATE = "template"
    PORTFOLIO = "portfolio"


@dataclass(frozen=True, slots=True)
class StopFact:
    """A stop. `lifted_at` is None while it is in force."""

    stop_id: str
    scope: StopScope
    value: str
    lifted_at: datetime | None = None

    @property
    def named(self) -> str:
        """What it covers, in words: `all`, `channel sms`."""
        return f"{self.scope.value} {self.value}".rstrip()

    def covers(self, packs: Sequence[str], channels: Sequence[str], templates: Sequence[str], portfolio: str) -> bool:
        """Whether contact of one of these packs, by one of these channels, with one of these templates or of this
        portfolio is stopped."""
        match self.scope:
            case StopScope.ALL:
                return True
            case StopScope.PACK:
                return self.value in packs
            case StopScope.CHANNEL:
                return self.value in channels
            case StopScope.TEMPLATE:
                return self.value in templates
            case StopScope.PORTFOLIO:
                return self.value == portfolio


def is_second_person(first: str, person: str) -> bool:
    """Whether `person` may confirm what `first` asked for.

    Another subject is not yet another person: somebody signed in to the API may have an account on the machine as
    well. So both come the same way, where one person has one name.
    """
    return person != first and person.startswith(OPERATOR) == first.startswith(OPERATOR)
