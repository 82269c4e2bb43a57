"""`forbear calc < cases.jsonl`: recompute cases with the formulas that the services decide by."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PACKS_INVALID = 2


@app.command()
def calc(
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day whose rules count where the inputs name none; today without."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(envvar="FORBEAR_PACK_OVERLAY", help="Folder of the bank's own rules on top of the packs."),
    ] = None,
    list_formulas: Annotated[bool, typer.Option("--list", help="Print formulas and inputs, and stop.")] = False,
) -> None:
    """Recompute cases: one JSON object a line on standard input, one answer a line on standard output.

    \b
    {"id": "1", "formula": "uk_breathing_space", "inputs": {"registered": "2026-03-02"}}
    {"id": "1", "outputs": {"start": "2026-03-03", "midway_review_from": "2026-03-27", ...}}

    Legal numbers are those of the rule packs on the day that the inputs name. Other members of a line are left alone.

    A line that cannot be answered gives {"id", "error"}, which says what to write; the others are answered all the
    same, and the command ends with 1. It ends with 2, before any line, when a rule pack or the overlay is wrong.

    \b
    forbear calc --list                  what can be computed, and from what
    forbear calc < cases.jsonl           a file of cases
    jq -c '.cases[]' cases.json | forbear calc
    """
    from forbear.calc.answers import Calculator
    from forbear.calc.offered import offered
    from services.common.packs.loader import load_packs
    from services.common.packs.reading import PackInvalid

    if list_formulas:
        for formula in offered().values():
            _show(formula.name, formula.summary, formula.inputs, sorted({rule for rule, _ in formula.terms.values()}))
        return
    try:
        packs = load_packs(overlay)
    except PackInvalid as invalid:
        typer.echo(str(invalid), err=True)
        raise typer.Exit(PACKS_INVALID) from None
    if sys.stdin.isatty():
        typer.echo("reading lines of JSON from the keyboard; end with Ctrl-D, or see forbear calc --help", err=True)
    day = datetime.now(UTC).date() if as_of is None else as_of.date()
    calculator = Calculator(offered(), packs, day)
    failed = False
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer = calculator.answer(line)
        failed = failed or "error" in answer
        typer.echo(json.dumps(answer))
    if failed:
        raise typer.Exit(1)


def _show(name: str, summary: str, inputs: type, rules: list[str]) -> None:
    from dataclasses import fields

    typer.echo(f"{name}\n    {summary}")
    typer.echo(f"    inputs: {', '.join(f'{field.name} ({field.type})' for field in fields(inputs))}")
    if rules:
        typer.echo(f"    numbers of: {', '.join(rules)}")
