"""A statement of means between its forms: as it was sent or stored, as the domain judges it, as it is shown."""

from collections.abc import Mapping

from services.common.kernel.money import Money
from services.plans.domain.means import Assessment, StatedMeans
from services.plans.domain.means_form import MeansForm, Section, needs_no_comment
from services.plans.schemas.means import (
    Judged,
    LineToExplain,
    MeansItem,
    MeansStated,
    StatedItem,
    StatementLine,
    StatementSection,
)


def stated_means(currency: str, body: MeansStated) -> StatedMeans:
    """What the domain judges."""
    income, priority, living = (
        {name: item.stated() for name, item in group.items()} for group in _sections(body).values()
    )
    return StatedMeans(currency, income, priority, living, body.unsecured_debts, body.own_debt)


def require_lines(form: MeansForm | None, body: MeansStated) -> None:
    """Raise `InvalidInput` when the form has no line for an amount."""
    if form is not None:
        for section, group in _sections(body).items():
            for name in group:
                form.line_of(section, name)


def judged(found: Assessment) -> Judged:
    """What the means come to."""
    lean = found.lean
    return Judged.model_validate(
        {
            "result": lean.result.value,
            "certainty": found.certainty.value,
            "total_income": lean.total_income,
            "total_priority": lean.total_priority,
            "after_priority": lean.total_income - lean.total_priority,
            "total_living": lean.total_living,
            "surplus": lean.surplus,
            "savings_allowance": lean.savings_allowance,
            "usable": lean.usable,
            "pro_rata": dict(lean.pro_rata),
            "own_share": lean.own_share,
            "own_share_at_best": found.good.own_share,
            "income_needed": found.income_needed,
        }
    )


def to_explain(form: MeansForm | None, body: MeansStated) -> list[LineToExplain]:
    """Lines of the form on which more is spent than its guideline, and nobody said why (UK-17)."""
    if form is None:
        return []
    asked = []
    for section, group in _sections(body).items():
        for line in form.of(section):
            items = [item for name, item in group.items() if line.takes(name)]
            if items:
                spent = Money.total((item.stated().highest for item in items), items[0].currency)
                commented = any(item.comment is not None for item in items)
                if not needs_no_comment(spent, line, commented=commented):
                    asked.append(LineToExplain(line=line.line, spent=spent))
    return asked


def sections(form: MeansForm | None, body: MeansStated) -> list[StatementSection]:
    """The statement line by line."""
    return [
        StatementSection(section=section.value, lines=_lines(form, section, group))
        for section, group in _sections(body).items()
    ]


def _lines(form: MeansForm | None, section: Section, group: Mapping[str, MeansItem]) -> list[StatementLine]:
    if form is None:
        return [
            StatementLine(line=name, title=name.replace("_", " "), title_zh=name, items=[_item(name, item)])
            for name, item in group.items()
        ]
    lines = (
        (line, [_item(name, item) for name, item in group.items() if line.takes(name)]) for line in form.of(section)
    )
    return [
        StatementLine(line=line.line, title=line.title, title_zh=line.title_zh, items=items)
        for line, items in lines
        if items
    ]


def _item(name: str, item: MeansItem) -> StatedItem:
    stated = item.stated()
    return StatedItem(**item.model_dump(), name=name, monthly_from=stated.lowest, monthly_to=stated.highest)


def _sections(body: MeansStated) -> dict[Section, Mapping[str, MeansItem]]:
    return {
        Section.INCOME: body.income,
        Section.PRIORITY_EXPENSES: body.priority_expenses,
        Section.LIVING_COSTS: body.living_costs,
    }
