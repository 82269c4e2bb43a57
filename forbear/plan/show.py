"""Options for people: a table of what is offered, notes, and what is not offered with the reason."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from forbear.plan.words import Language, word
from services.common.kernel.money import Money
from services.plans.schemas.options import OptionsView, OptionView

_CENT = Decimal("0.01")


def show(console: Console, found: OptionsView, language: Language) -> None:
    """Everything but the picture."""
    claim = next((one.gain.claim for one in found.options if one.gain), None)
    console.print(Text(word("title", language, day=found.account_as_of), style="bold"))
    console.print(word("claim", language, claim=claim or "-", share=found.own_share))
    if found.debt_advice is not None:
        console.print(found.debt_advice.zh if language == "zh" else found.debt_advice.en)
    console.print(_table(found, language))
    notes = [(one, _notes(one, language)) for one in found.options if one.eligible]
    if any(told for _, told in notes):
        console.print(Text(word("notes", language), style="bold"))
        for one, told in notes:
            if told:
                console.print(f"  {named(one, language)}: {'; '.join(told)}")
    console.print(f"  {word('lump_sum', language)}")
    console.print(Text(word("not_offered", language), style="bold"))
    for one in found.options:
        if not one.eligible:
            console.print(f"  {named(one, language)} ({one.relief_type})")
            for reason in one.reasons:
                if not reason.passed:
                    console.print(f"    {reason.rule}: {reason.reason_zh if language == 'zh' else reason.reason}")
            if one.people_decide:
                what = [one_.zh if language == "zh" else one_.en for one_ in one.people_decide]
                console.print(f"    {word('decide', language, what=('、' if language == 'zh' else ', ').join(what))}")


def named(one: OptionView, language: Language) -> str:
    """The name of a relief."""
    return one.name_zh if language == "zh" else one.name_en


def _table(found: OptionsView, language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("relief", "payment", "count", "first", "end", "total", "change", "given_up", "diminished", "worth"):
        right = name not in ("relief", "first", "end")
        table.add_column(word(name, language), justify="right" if right else "left", overflow="fold")
    compared = next((one.comparison for one in found.options if one.comparison), None)
    if compared is not None:
        table.add_row(
            word("before", language), _plain(compared.before_payment), str(compared.before_payments), "",
            str(compared.before_end_date), _plain(compared.before_total), "", "", "", "",
        )  # fmt: skip
    for one in found.options:
        if one.eligible:
            table.add_row(named(one, language), *_figures(one))
    return table


def _figures(one: OptionView) -> list[str]:
    told, gain = one.comparison, one.gain
    if told is None or gain is None:
        return [""] * 9
    worth = "" if gain.worth_percent is None else f"{gain.worth_percent}%"
    return [
        _plain(one.highest_payment), str(one.instalments), str(one.schedule[0].due_date), str(one.end_date),
        _plain(one.total), f"{told.total_cost_change.amount:+}", _plain(gain.given_up),
        f"{told.diminished_percent.quantize(_CENT) + 0}%", worth,
    ]  # fmt: skip


def _notes(one: OptionView, language: Language) -> list[str]:
    told = []
    if one.hold is not None:
        told.append(word("hold", language, until=one.hold.until, interest=one.hold.interest))
    if one.pause_months:
        told.append(word("pause", language, months=one.pause_months))
    if one.relief_type == "RATE_CUT" and one.annual_rate is not None:
        told.append(word("rate", language, rate=f"{(one.annual_rate * 100).normalize():f}"))
    if one.review_date is not None:
        told.append(word("review", language, date=one.review_date, parked=one.parked))
    if one.afterwards:
        told.append(word("afterwards", language, payment=one.afterwards[0].amount, count=len(one.afterwards)))
    if one.relief_type == "SETTLE" and one.waived is not None:
        told.append(word("released", language, released=one.waived))
        if one.payment is not None and one.highest_payment is not None and one.payment > one.highest_payment:
            told.append(word("at_hand", language, payment=one.payment))
    if one.comparison is not None and one.comparison.diminished_over_threshold:
        told.append(word("over_threshold", language))
    return told


def _plain(money: Money | None) -> str:
    return "" if money is None else f"{money.amount:,}"
