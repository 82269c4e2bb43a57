"""What a borrower does, by habit: a pure function of seed, account, occasion and round, so that a run repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sandbox.chance import chance
from sandbox.portfolio.row import Habit
from services.common.kernel.money import Money

Answer = Literal["accept", "counter"]
SHORT_PERCENT = 60
"""What a borrower pays who pays short at first, in percent of the instalment."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """An instalment as the borrower's copy of the agreement shows it."""

    number: int
    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment the borrower means to make. `part` tells two payments on one instalment apart."""

    number: int
    part: int
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Person:
    """The persona behind one account."""

    account_ref: str
    habit: Habit
    seed: int

    def chance(self, *about: str) -> float:
        """A number in [0, 1) for this person and subject."""
        return chance(self.seed, self.account_ref, *about)

    def days(self, low: int, high: int, *about: str) -> int:
        """A whole number of days from `low` to `high`, both possible."""
        return low + int(self.chance(*about) * (high - low + 1))

    def replies(self) -> bool:
        """Whether the borrower answers a first message."""
        return self.habit != "avoids"

    def answer(self, version: int) -> Answer:
        """What the borrower says to an offer."""
        return "counter" if self.habit == "counters" and version == 1 else "accept"

    def sends_evidence(self, request: int) -> bool:
        """Whether the borrower sends what was asked for at the `request`-th time of asking."""
        return self.habit != "forgets_evidence" or request > 1

    def forges(self, request: int) -> bool:
        """Whether the document that is sent is a forgery."""
        return self.habit == "forged_evidence"

    def payments(self, schedule: Sequence[Instalment], round_: int) -> list[Payment]:
        """The payments the borrower means to make when the agreement begins."""
        if self.habit == "prepays" and len(schedule) > 2:
            return self._prepaid(schedule)
        found: list[Payment] = []
        for line in schedule:
            if self._skips(line.number, round_):
                continue
            found.extend(self._pays(line))
        return found

    def cures(self, round_: int) -> bool:
        """Whether the borrower pays a missed instalment when told of it."""
        return not (self.habit == "breaks_then_second_round" and round_ == 1)

    def _skips(self, number: int, round_: int) -> bool:
        if self.habit == "misses_then_cures":
            return number == 2
        return self.habit == "breaks_then_second_round" and round_ == 1 and number >= 2

    def _pays(self, line: Instalment) -> list[Payment]:
        about = ("pay", str(line.number))
        if self.habit == "pays_early":
            return [Payment(line.number, 1, line.due_date - timedelta(days=self.days(1, 4, *about)), line.amount)]
        if self.habit == "pays_late":
            return [Payment(line.number, 1, line.due_date + timedelta(days=self.days(1, 3, *about)), line.amount)]
        if self.habit == "pays_short_then_rest" and line.number % 2:
            first = line.amount.split_equally(100)[0].times(SHORT_PERCENT)
            rest = line.amount - first
            return [
                Payment(line.number, 1, line.due_date, first),
                Payment(line.number, 2, line.due_date + timedelta(days=2), rest),
            ]
        return [Payment(line.number, 1, line.due_date, line.amount)]

    def _prepaid(self, schedule: Sequence[Instalment]) -> list[Payment]:
        """Two instalments on their days, and all the rest with the third."""
        first = [Payment(line.number, 1, line.due_date, line.amount) for line in schedule[:2]]
        rest = Money.total((line.amount for line in schedule[2:]), schedule[0].amount.currency)
        return [*first, Payment(schedule[2].number, 1, schedule[2].due_date, rest)]
