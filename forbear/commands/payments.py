"""`forbear payments FILE`: take in what the bank booked, from a file of its own."""

import asyncio
import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from forbear.commands._operator import opened, operator
from services.common.kernel.errors import ForbearError
from services.followup.bootstrap import UseCases
from services.followup.files.errors import FileRefused
from services.followup.service.importing import Report

app = typer.Typer(add_completion=False)
REFUSED = 2


class QuarantineFile:
    """A CSV with the lines that could not be used; it is there only when there are some."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[tuple[int, str]] = []

    def add(self, line: int, reason: str) -> None:
        self._rows.append((line, reason))

    def write(self) -> None:
        """Write it, or take away that of an earlier run."""
        if not self._rows:
            self._path.unlink(missing_ok=True)
            return
        with self._path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("line", "reason"), *self._rows])


@app.command("payments")
def payments(
    file: Annotated[Path, typer.Argument(help="ISO 20022 camt.053, camt.054 or pain.002.", dir_okay=False)],
    quarantine: Annotated[
        Path | None, typer.Option(help="Where entries that cannot be used go; FILE.quarantine.csv here without.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import postings and returns. Again changes nothing; after an interruption it goes on where it stopped.

    A file that is broken as a whole is refused with 2 and nothing is done. Entries that cannot be used do not stop it;
    while there are some, the file closes no day.
    """
    kept = quarantine or Path(f"{file.name}.quarantine.csv")
    try:
        report = asyncio.run(_import(file, QuarantineFile(kept)))
    except FileRefused as refused:
        typer.echo(f"{file}: {refused.detail}", err=True)
        raise typer.Exit(REFUSED) from None
    except ForbearError as refused:
        typer.echo(f"{refused.title}: {refused.detail}", err=True)
        raise typer.Exit(REFUSED) from None
    except (DBAPIError, OSError) as error:
        # What was committed stays; the same command goes on behind it.
        typer.echo(f"{type(error).__name__}: neither file nor database may be away; run it again to go on", err=True)
        raise typer.Exit(1) from None
    typer.echo(report.model_dump_json(indent=1)) if as_json else _show(report, kept)


async def _import(file: Path, quarantine: QuarantineFile) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(file.name, total=None)
        async with opened("followup") as service:
            imports = UseCases(service.database).imports
            report = await imports.run(
                operator(), file, quarantine, lambda done, all_: bar.update(task, completed=done, total=all_)
            )
    quarantine.write()
    return report


def _show(report: Report, quarantine: Path) -> None:
    table = Table(report.message, f"{report.transactions:,}", box=None)
    table.add_row("recorded", f"{report.recorded:,}")
    table.add_row("known", f"{report.known:,}")
    for reason, count in sorted(report.unmatched.items()):
        table.add_row(f"to the work list, {reason.replace('_', ' ')}", f"{count:,}")
    for reason, count in sorted(report.skipped.items()):
        table.add_row(f"skipped, {reason.replace('_', ' ')}", f"{count:,}")
    table.add_row("quarantined", f"{report.quarantined:,}")
    if report.resumed_at:
        table.add_row("done before", f"{report.resumed_at:,}")
    table.add_row("day closed", "none" if report.closed is None else report.closed.isoformat())
    Console().print(table)
    if report.closed is None and report.closes_none_because:
        typer.echo(f"no day is closed: {report.closes_none_because}")
    if report.quarantined:
        typer.echo(f"entries that could not be used are in {quarantine}")
