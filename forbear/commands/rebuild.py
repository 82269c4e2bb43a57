"""`forbear rebuild`: make the workflows again that the databases say must run, when Temporal lost its store.

Point the services at the new, empty server first. What runs already is left alone, so doing it twice does no harm.
Afterwards `forbear doctor` says whether every open case has its workflow.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from forbear.commands._operator import opened
from forbear.commands._stack import find_the_stack
from services.common.runtime.rebuilding import Rebuilt
from services.common.runtime.settings import SERVICES

app = typer.Typer(add_completion=False)


@app.command(help=__doc__)
def rebuild(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the store of Temporal is lost.")] = False,
) -> None:
    """Start the workflows of every service again."""
    if not yes:
        typer.confirm("Is the store of Temporal lost, and do the services run against the new one?", abort=True)
    find_the_stack()
    for name, done in asyncio.run(_rebuild(SERVICES)):
        typer.echo(f"{name:<10} {done.must_run:>6} that must run, {done.started_of_late:>6} started of late")
    typer.echo("left with the relays; forbear doctor says when every open case has its workflow again")


async def _rebuild(names: Sequence[str]) -> list[tuple[str, Rebuilt]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    found = []
    with Progress(*columns, console=Console(stderr=True)) as bar:
        for name in names:
            task = bar.add_task(name, total=None)
            async with opened(name) as service:
                found.append((name, await service.rebuild(partial(bar.advance, task))))
            bar.update(task, total=1, completed=1)
    return found
