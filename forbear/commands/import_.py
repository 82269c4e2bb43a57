"""`forbear import FILE --mapping NAME`: open a case for each account of an extract that is past due."""

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from forbear.commands._operator import opened, operator
from services.intake.imports.errors import ImportRefused
from services.intake.imports.importing import Importing, Report
from services.intake.imports.mapping import load_mapping, names
from services.intake.imports.quarantine import Quarantine
from services.intake.imports.reader import inspect
from services.intake.policies import Policies

app = typer.Typer(add_completion=False)
REFUSED = 2


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with a heading, gzipped or not.", dir_okay=False)],
    mapping: Annotated[str, typer.Option(help=f"How to read it: {', '.join(names())}.")],
    quarantine: Annotated[
        Path | None, typer.Option(help="Where rows that cannot be used go; FILE.quarantine.csv here without.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    now: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The business day of opening; today without.")
    ] = None,
) -> None:
    """Import an extract. Again changes nothing; after an interruption it goes on where it stopped.

    A file that is broken as a whole is refused with 2 and nothing is done. Rows that cannot be used do not stop it.
    """
    kept = quarantine or Path(f"{file.name}.quarantine.csv")
    instant = None if now is None else datetime.combine(now.date(), time(), UTC)
    try:
        report = asyncio.run(_import(file, mapping, kept, instant))
    except ImportRefused as refused:
        typer.echo(f"{file}: {refused.detail}", err=True)
        raise typer.Exit(REFUSED) from None
    except (DBAPIError, OSError) as error:
        # What was committed stays; the same command goes on behind it.
        typer.echo(f"the database does not answer ({type(error).__name__}); run the command again to go on", err=True)
        raise typer.Exit(1) from None
    typer.echo(report.model_dump_json(indent=1)) if as_json else _show(report, kept)


async def _import(file: Path, name: str, quarantine: Path, now: datetime | None) -> Report:
    mapping = load_mapping(name)
    extract = inspect(file, mapping.columns)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar, Quarantine(quarantine) as kept:
        task = bar.add_task(file.name, total=extract.rows)
        async with opened("intake") as service:
            importing = Importing(service.database, Policies(), service.settings.institution)
            return await importing.run(
                operator(), extract, mapping, kept, now, lambda done: bar.update(task, completed=done)
            )


def _show(report: Report, quarantine: Path) -> None:
    table = Table("rows", f"{report.rows:,}", box=None)
    table.add_row("opened", f"{report.opened:,}")
    table.add_row("known", f"{report.known:,}")
    for reason, count in sorted(report.skipped.items()):
        table.add_row(f"skipped, {reason.replace('_', ' ')}", f"{count:,}")
    table.add_row("quarantined", f"{report.quarantined:,}")
    if report.resumed_at:
        table.add_row("done before", f"up to row {report.resumed_at:,}")
    Console().print(table)
    if report.quarantined:
        typer.echo(f"rows that could not be used are in {quarantine}")
