"""The form in which means are stated: which line each amount belongs to, and what is asked about a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule


class Section(StrEnum):
    """The parts of a statement, in the order in which money is needed: what must be paid first comes first."""

    INCOME = "income"
    PRIORITY_EXPENSES = "priority_expenses"
    LIVING_COSTS = "living_costs"


@dataclass(frozen=True, slots=True)
class FormLine(PolicyValue):
    """A line with its title and the names of amounts that belong to it, its own among them.

    `guideline` is monthly spending, by currency, that is not asked about.
    """

    section: Section
    line: str
    title: str
    title_zh: str
    names: tuple[str, ...]
    guideline: Mapping[str, Decimal] | None = None

    def takes(self, name: str) -> bool:
        """Whether an amount of this name belongs to the line."""
        return name == self.line or name in self.names


@dataclass(frozen=True, slots=True)
class MeansForm(PolicyValue):
    """A form of a rule pack. ValueError when a name belongs to two lines of a section."""

    pack: str
    name: str
    name_zh: str
    lines: tuple[FormLine, ...]

    def __post_init__(self) -> None:
        for section in Section:
            names = [name for one in self.of(section) for name in (one.line, *one.names)]
            if len(set(names)) != len(names):
                raise ValueError(f"{self.name}: a name belongs to two lines of {section}")

    def of(self, section: Section) -> tuple[FormLine, ...]:
        """The lines of a section in their order."""
        return tuple(one for one in self.lines if one.section is section)

    def line_of(self, section: Section, name: str) -> FormLine:
        """The line that an amount belongs to. InvalidInput names those there are."""
        for one in self.of(section):
            if one.takes(name):
                return one
        known = ", ".join(one.line for one in self.of(section))
        raise InvalidInput(f"{self.name} has the lines {known}", fields=[(f"#/{section}/{name}", "not a line")])


@dataclass(frozen=True, slots=True)
class MeansForms(PolicyValue):
    """The forms of all packs; a case whose packs have none is stated in names of its own."""

    forms: tuple[MeansForm, ...]

    def of(self, packs: tuple[str, ...]) -> MeansForm | None:
        """The form of the first of the packs that has one."""
        return next((form for pack in packs for form in self.forms if form.pack == pack), None)


@business_rule(
    id="UK-17",
    group="affordability",
    summary="Spending within the guideline of its line is not questioned; above it a comment says why.",
    source="Standard Financial Statement",
)
def needs_no_comment(spent: Money, line: FormLine, *, commented: bool) -> bool:
    most = None if line.guideline is None else line.guideline.get(spent.currency)
    return commented or most is None or spent <= Money.of(most, spent.currency)
