"""`forbear plan`: which reliefs a borrower can be offered, and what each means for both sides."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)
FAILED, WRONG = 1, 2
STANDARD_INPUT = "-"


class Language(StrEnum):
    """What people read."""

    EN = "en"
    ZH = "zh"


@app.command()
def plan(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SITUATION] [PICTURE]",
            help="A file with one situation as JSON (standard input without, or with `-`), and with --chart a picture.",
        ),
    ] = None,
    chart: Annotated[
        bool,
        typer.Option(
            "--chart", help="Draw the schedules: in the terminal, or into a file named .svg, .png or .pdf after it."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, with every payment.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the table and the picture.")] = Language.EN,
    overlay: Annotated[
        Path | None,
        typer.Option(envvar="FORBEAR_PACK_OVERLAY", help="Folder of the bank's own rules on top of the packs."),
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a situation, and stop.")] = False,
    examples: Annotated[
        str | None, typer.Option("--example", help="Print the example of this name, `list` for their names, and stop.")
    ] = None,
) -> None:
    """Compute what a borrower can be offered: every relief of the catalogue, before and after, with reasons.

    \b
    forbear plan --example card | forbear plan
    forbear plan situation.json --lang zh
    forbear plan situation.json --json
    forbear plan situation.json --chart
    forbear plan situation.json --chart schedules.svg

    A situation says on which day and under which rule packs somebody asks, what the account is like, what the borrower
    can pay (income and outgoings, or the highest instalment), and what is wished. What is not wished is chosen: the
    fewest affordable payments, the least discount, the least settlement that is worth it.

    Nothing is asked of a core or a database, and nothing is kept. The table has what can be offered in the order in
    which it is shown to a borrower; below it stands what cannot, with the rule that says no. Columns: the highest
    payment, how many, the first and the last day, all payments, what they cost more or less than going on as agreed,
    what the lender gives up, its loss of present value at the contract's rate, and what the payments are worth to it in
    percent of the claim.

    It ends with 1 when the situation cannot be read or makes no sense, with 2 when the command or a rule pack is wrong.
    """
    import json

    from rich.console import Console

    from forbear.plan.answers import CannotPlan, read
    from forbear.plan.answers import plan as planned
    from forbear.plan.chart import FORMATS, as_file, in_terminal
    from forbear.plan.examples import situations
    from forbear.plan.show import show
    from forbear.plan.situation import schema as published
    from services.common.packs.reading import PackInvalid
    from services.plans.policies import load_policies

    if schema:
        typer.echo(json.dumps(published(), indent=2, ensure_ascii=False))
        return
    if examples is not None:
        known = {one["id"]: one for one in situations()}
        if examples == "list":
            typer.echo("\n".join(known))
        elif examples in known:
            typer.echo(json.dumps(known[examples], indent=2, ensure_ascii=False))
        else:
            raise typer.BadParameter(f"one of {', '.join(known)}", param_hint="--example")
        return
    pictures = [place for place in places or () if chart and Path(place).suffix.lower() in FORMATS]
    sources = [place for place in places or () if place not in pictures]
    if len(pictures) > 1 or len(sources) > 1:
        raise typer.BadParameter(f"one situation, and with --chart one picture ({', '.join(FORMATS)})")
    try:
        policies = load_policies(overlay)
    except PackInvalid as invalid:
        typer.echo(str(invalid), err=True)
        raise typer.Exit(WRONG) from None
    try:
        found = planned(read(_text(sources[0] if sources else STANDARD_INPUT)), policies)
        if pictures:
            as_file(Path(pictures[0]), found, lang.value)
    except CannotPlan as cannot:
        typer.echo(str(cannot), err=True)
        raise typer.Exit(FAILED) from None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(FAILED) from None
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160)
    show(console, found, lang.value)
    if chart and not pictures:
        in_terminal(console, found, lang.value)


def _text(source: str) -> bytes:
    if source != STANDARD_INPUT:
        return Path(source).read_bytes()
    if sys.stdin.isatty():
        typer.echo("reading one situation from the keyboard; end with Ctrl-D, or see forbear plan --help", err=True)
    return sys.stdin.buffer.read()
