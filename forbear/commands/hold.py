"""`forbear hold bulk`: hold many borrowers at once, as after a flood, and take back what was placed.

It speaks to the database of intake; a worker of intake does the work, batch by batch, and goes on after a crash.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from forbear.commands._operator import USAGE, answered, opened, operator
from services.common.runtime.caller import Caller
from services.intake.policies import Policies
from services.intake.schemas import BulkShown, BulkStanding, PlaceBulkHold
from services.intake.service.holds.bulk import BulkHolds

app = typer.Typer(help=__doc__, add_completion=False)
bulk = typer.Typer(help="Hold many borrowers at once, and take it back.", add_completion=False, no_args_is_help=True)
app.add_typer(bulk, name="bulk")
T = TypeVar("T")
LOOK_SECONDS = 0.5


@app.callback()
def hold() -> None:
    """Holds on borrowers."""


@bulk.command()
def place(
    kind: Annotated[str, typer.Option(help="What kind of hold, such as DISASTER_AREA.")],
    reason: Annotated[str, typer.Option(help="Why, without names of borrowers.")],
    ends_at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="When it ends; by policy without.")
    ] = None,
    pack: Annotated[str | None, typer.Option(help="Cases of this rule pack.")] = None,
    portfolio: Annotated[str | None, typer.Option(help="Cases of this portfolio.")] = None,
    product: Annotated[str | None, typer.Option(help="Cases of this product.")] = None,
    bucket: Annotated[str | None, typer.Option(help="Cases of this bucket, such as M2.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Borrowers of this zone or area, such as Australia.")] = None,
    assignee: Annotated[str | None, typer.Option(help="Cases of this person.")] = None,
    accounts: Annotated[
        Path | None, typer.Option(help="A file with one account reference on each line.", exists=True, dir_okay=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count whom it would hold.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait until all are held.")] = True,
) -> None:
    """Hold every borrower with an open case to which all of the options apply.

    Whose case opens later is not covered: place another one for them.
    """
    said = {
        "pack": pack, "portfolio": portfolio, "product": product, "bucket": bucket, "time_zone": time_zone,
        "assignee": assignee, "account_refs": _lines(accounts),
    }  # fmt: skip
    body = _body({"kind": kind, "reason": reason, "ends_at": ends_at, "selector": said})
    if dry_run:
        count = _asked(lambda holds, caller: holds.count(caller, body))
        typer.echo(f"{count:,} borrower(s) would be held; nothing was done")
        return
    placed = _asked(lambda holds, caller: _place(holds, caller, body))
    typer.echo(f"{placed.bulk_id}: {placed.total:,} borrower(s) are being held")
    if wait:
        _follow(placed.bulk_id, "held", lambda job: (job.placed, job.total), "placed")


@bulk.command()
def undo(
    bulk_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `list` shows it.")],
    wait: Annotated[bool, typer.Option(help="Wait until all are lifted.")] = True,
) -> None:
    """Lift the holds that a job placed and nobody lifted since; what it has not placed yet is left out."""
    undone = _asked(lambda holds, caller: _undo(holds, caller, bulk_id))
    typer.echo(f"{bulk_id}: {undone.placed:,} hold(s) are being lifted")
    if wait:
        _follow(bulk_id, "lifted", lambda job: (job.lifted, job.placed), "undone")


@bulk.command()
def show(bulk_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `list` shows it.")]) -> None:
    """Show a job and how far it is."""
    job = _asked(lambda holds, caller: holds.job(caller, bulk_id))
    table = Table("job", str(job.bulk_id), box=None)
    for name, value in _lines_of(job):
        table.add_row(name, value)
    Console().print(table)


@bulk.command("list")
def list_() -> None:
    """Show the latest jobs, the newest first."""
    found = _asked(lambda holds, caller: holds.latest(caller, 50))
    if not found:
        typer.echo("nobody was held in bulk")
    for job in found:
        typer.echo(f"{job.bulk_id}  {job.kind}  {job.state}  {job.placed:,} of {job.total:,}, {job.lifted:,} lifted")
        typer.echo(f"    {job.starts_at.isoformat(timespec='seconds')} by {job.placed_by}: {job.reason}")


async def _place(holds: BulkHolds, caller: Caller, body: PlaceBulkHold) -> BulkStanding:
    return BulkStanding.model_validate((await holds.place(caller, body)).model)


async def _undo(holds: BulkHolds, caller: Caller, bulk_id: UUID) -> BulkStanding:
    seen = await holds.job(caller, bulk_id)
    return BulkStanding.model_validate((await holds.undo(replace(caller, if_match=seen.version), bulk_id)).model)


def _follow(bulk_id: UUID, what: str, far: Callable[[BulkShown], tuple[int, int]], end: str) -> None:
    """Show a bar until the job is done; leaves with 1 when somebody turned it round meanwhile."""

    async def followed(holds: BulkHolds, caller: Caller) -> BulkShown:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(what)
            while True:
                job = await holds.job(caller, bulk_id)
                done, total = far(job)
                bar.update(task, completed=done, total=max(total, done))
                if job.done_at is not None:
                    return job
                await asyncio.sleep(LOOK_SECONDS)

    try:
        job = _asked(followed)
    except KeyboardInterrupt:
        typer.echo(f"it goes on without this command; see `forbear hold bulk show {bulk_id}`", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{bulk_id}: {job.state}, {job.placed:,} held, {job.lifted:,} lifted")
    if job.state != end:
        raise typer.Exit(1)


def _lines(file: Path | None) -> list[str] | None:
    if file is None:
        return None
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]


def _body(said: dict[str, Any]) -> PlaceBulkHold:
    try:
        return PlaceBulkHold.model_validate(said)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in one["loc"]) + ": " + one["msg"] for one in error.errors()})
        typer.echo("\n".join(places[:10]), err=True)
        raise typer.Exit(USAGE) from None


def _asked(use: Callable[[BulkHolds, Caller], Awaitable[T]]) -> T:
    """What a use case answers the person who types; leaves with 2 when it refuses."""

    async def asked() -> T:
        async with opened("intake") as service:
            return await use(BulkHolds(service.database, Policies()), operator())

    return answered(asked())


def _lines_of(job: BulkShown) -> list[tuple[str, str]]:
    selected = [f"{name} {value}" for name, value in job.selector.items()]
    if job.accounts is not None:
        selected.append(f"{job.accounts:,} accounts of a list")
    return [
        ("kind", job.kind),
        ("reason", job.reason),
        ("selected", ", ".join(selected)),
        ("state", job.state),
        ("held", f"{job.placed:,} of {job.total:,}"),
        ("lifted", f"{job.lifted:,}"),
        ("from", f"{job.starts_at.isoformat(timespec='seconds')} by {job.placed_by}"),
        ("until", "it is lifted" if job.ends_at is None else job.ends_at.isoformat(timespec="seconds")),
        ("undone by", job.undone_by or "nobody"),
    ]
