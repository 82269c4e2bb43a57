"""A picture of the schedules: in the terminal, or as a file that typst draws (SVG, PNG or PDF)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import typst
from rich.console import Console
from rich.text import Text

from forbear.plan.show import named
from forbear.plan.words import Language, word
from services.common.documents.characters import FONTS, showable
from services.common.kernel.money import Money
from services.plans.schemas.options import OptionsView, OptionView

FORMATS: Final[Mapping[str, Literal["svg", "png", "pdf"]]] = {".svg": "svg", ".png": "png", ".pdf": "pdf"}
_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDTH = 60


def months_of(one: OptionView, start: date) -> list[tuple[int, float]]:
    """Payments by month from the day the options were computed on; those that follow the plan included."""
    return [
        ((line.due_date.year - start.year) * 12 + line.due_date.month - start.month, float(line.amount.amount))
        for line in (*one.schedule, *one.afterwards)
    ]


def drawn(found: OptionsView) -> list[OptionView]:
    """The options that are offered and have a schedule."""
    return [one for one in found.options if one.eligible and one.schedule]


def in_terminal(console: Console, found: OptionsView, language: Language) -> None:
    """A line of blocks for each offered schedule, beside its highest payment; a block is as high as the highest payment
    of its months, in parts of that."""
    options = drawn(found)
    series = [months_of(one, found.account_as_of) for one in options]
    last = max((month for one in series for month, _ in one), default=0)
    per_block = last // _WIDTH + 1
    console.print(Text(word("chart", language), style="bold"))
    for one, payments in zip(options, series, strict=True):
        console.print(
            Text(f"  {_blocks(payments, last, per_block)}  {named(one, language)}, {_highest(one)}", no_wrap=True)
        )
    width = last // per_block + 1
    end = str(last)
    console.print(f"  0{end:>{max(width - 1, len(end))}}  {word('months', language)}")


def _blocks(payments: Sequence[tuple[int, float]], last: int, per_block: int) -> str:
    heights = [0.0] * (last // per_block + 1)
    for month, amount in payments:
        heights[month // per_block] = max(heights[month // per_block], amount)
    highest = max(heights)
    # A payment is seen, however small it is beside another.
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[max(1, round(height / highest * steps)) if height else 0] for height in heights)


def _highest(one: OptionView) -> Money:
    return max(line.amount for line in (*one.schedule, *one.afterwards))


def as_file(path: Path, found: OptionsView, language: Language) -> None:
    """Draw into a file; its suffix says in which format. ValueError for another suffix; OSError."""
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"a picture ends with {', '.join(FORMATS)}")
    options = drawn(found)
    data = {
        "title": word("title", language, day=found.account_as_of),
        "axis": word("months", language),
        "share": float(found.own_share.amount),
        "series": [
            {
                "name": showable(named(one, language)),
                "points": months_of(one, found.account_as_of),
                "highest": str(_highest(one)),
            }
            for one in options
        ],
    }
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
    template = (files("forbear.plan") / "chart.typ").read_bytes()
    made = compiler.compile(template, sys_inputs={"data": json.dumps(data)}, format=FORMATS[path.suffix.lower()])
    # One page, which grows with the options, is one picture.
    assert isinstance(made, bytes)
    path.write_bytes(made)
