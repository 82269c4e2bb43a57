"""`forbear doctor`: does what must always hold, hold now?"""

import asyncio
import os
from typing import Annotated

import typer
from rich.console import Console

from forbear.doctor.cost import Cost
from forbear.doctor.registry import Check, all_checks
from forbear.doctor.verdicts import CannotLook, Finding, exit_code

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    only: Annotated[list[str] | None, typer.Option(help="Run this check only (its id); may be given again.")] = None,
    cost: Annotated[bool, typer.Option(help="Also count what a finished case cost.")] = False,
    histories: Annotated[
        int | None, typer.Option(min=1, help="Workflow histories read at most; all up to 3000 without.")
    ] = None,
    json: Annotated[bool, typer.Option(help="Print everything as JSON.")] = False,
) -> None:
    """Look, without changing anything, at databases, topics, workflows and the bank.

    Leaves with 0 when everything is clean, 1 when something is broken, 2 when something could not be checked.
    """
    from forbear.doctor import show

    console = Console(width=None if os.environ.get("COLUMNS") or os.isatty(1) else 160)
    try:
        checks = _chosen(only or [])
        findings, spent = asyncio.run(_look(checks, cost, histories, Console(stderr=True)))
    except CannotLook as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(2) from None
    if json:
        console.print_json(data=show.as_json(findings, spent), ensure_ascii=False)
    else:
        show.show_findings(console, findings)
        if spent is not None:
            show.show_cost(console, spent)
    raise typer.Exit(exit_code(findings))


def _chosen(only: list[str]) -> list[Check]:
    checks = all_checks()
    known = {check.id for check in checks}
    if unknown := sorted(set(only) - known):
        raise typer.BadParameter(f"there is no check {', '.join(unknown)}; there are {', '.join(c.id for c in checks)}")
    return [check for check in checks if not only or check.id in only]


async def _look(
    checks: list[Check], cost: bool, histories: int | None, console: Console
) -> tuple[list[Finding], Cost | None]:
    from forbear.doctor.cost import cost_of
    from forbear.doctor.examination import examine
    from forbear.doctor.look import looking
    from forbear.doctor.places import Places

    with console.status("") as status:
        async with looking(Places.from_env(_variables()), histories) as look:
            findings = await examine(look, checks, lambda says: status.update(says))
            return findings, await cost_of(look) if cost else None


def _variables() -> dict[str, str]:
    from forbear.commands._stack import variables
    from sandbox.engines.running import NothingRuns

    try:
        return variables()
    except NothingRuns as reason:
        raise CannotLook(str(reason)) from None
