"""`forbear demo`: everything on this machine, a portfolio played to the end, and what happened."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from forbear.demo.portfolio import SAMPLE, Portfolio

app = typer.Typer(add_completion=False)
console = Console()
DEFAULT_STATE = ".forbear/demo"


@app.command()
def demo(
    cases: Annotated[int | None, typer.Option(min=1, help="Play only the first N accounts of the portfolio.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that people do; the same seed, the same summary.")] = 1,
    portfolio: Annotated[Path, typer.Option(help="Play this extract instead of the sample.")] = SAMPLE,
    keep: Annotated[bool, typer.Option(help="Leave it running afterwards, until Ctrl-C, with its addresses.")] = False,
    state: Annotated[Path, typer.Option(help="Where it keeps its state; emptied first.")] = Path(DEFAULT_STATE),
) -> None:
    """Import the sample, play it to the end on the lapse clock, print what happened and check every invariant.

    Leaves with 0 only when every case ended and every invariant holds.
    """

    try:
        chosen = Portfolio(portfolio, cases)
    except (OSError, ValueError, KeyError) as error:
        typer.echo(f"the portfolio cannot be read: {error}", err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(uvloop.run(_demo(chosen, seed, state, keep)))


async def _demo(portfolio: Portfolio, seed: int, state: Path, keep: bool) -> int:
    from forbear.demo.figures import figures
    from forbear.demo.play import StillOpen, play
    from sandbox.engines.stack import LocalStack
    from sandbox.engines.state import State
    from sandbox.lapse.driver import NothingPlanned
    from sandbox.lapse.rest import NotAtRest
    from services.common.runtime.settings import SERVICES

    State(state).remove()
    started = time.monotonic()
    say = lambda name, address: console.print(f"[dim]{name:<9} {address}[/dim]")  # noqa: E731
    env = {"FORBEAR_SANDBOX_SEED": str(seed)}
    async with LocalStack(state, lapse=portfolio.begins, fsync=False, env=env, say=say) as stack:
        console.print(f"[dim]ready after {time.monotonic() - started:.0f} s[/dim]")
        try:
            with _progress(len(portfolio.rows)) as watch:
                played = await play(stack, portfolio, watch)
        except (NotAtRest, NothingPlanned, StillOpen) as error:
            console.print(f"[red]{type(error).__name__}: {error}[/red]\nlogs are in {stack.state.logs}")
            return 1
        urls = {service: stack.env[f"FORBEAR_{service.upper()}_DATABASE_URL"] for service in SERVICES}
        _print_figures(await figures(urls))
        console.print(
            f"{played.cases} cases from {played.began:%Y-%m-%d} to {played.ended:%Y-%m-%d} of business time, "
            f"in {played.steps} steps and {time.monotonic() - started:.0f} s",
            soft_wrap=True,
        )
        verdict = await _doctor(stack.env)
        if keep:
            await _kept(stack.urls)
    return verdict


async def _doctor(env: dict[str, str]) -> int:
    """Run `forbear doctor` against the stack and give its exit status."""
    import os

    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "forbear", "doctor", env={**os.environ, **env})
    return await process.wait()


@contextmanager
def _progress(total: int) -> Iterator["_Bar"]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cases closed"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield _Bar(progress, total)


class _Bar:
    """The progress bar: cases closed, and the business day. On no terminal, a line for each month."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total)
        self._month = ""

    def __call__(self, closed: int, total: int, now: datetime) -> None:
        self._progress.update(self._task, completed=closed, description=f"{now:%Y-%m-%d %H:%M}")
        month = f"{now:%Y-%m}"
        if not console.is_terminal and month != self._month:
            console.print(f"{month}: {closed} of {total} cases closed")
        self._month = month


def _print_figures(found: dict[str, list[tuple[str, int]]]) -> None:
    for heading, rows in found.items():
        console.print(f"[bold]{heading}[/bold]")
        for what, count in rows or [("none", 0)]:
            console.print(f"  {what:<32} {count:>6}", highlight=False)


async def _kept(urls: dict[str, str]) -> None:
    for name, url in urls.items():
        console.print(f"{name:<9} {url}")
    console.print("running until Ctrl-C")
    await asyncio.Event().wait()
