"""`forbear dead-letters`: messages a service could not apply, and what to do about them.

A message that cannot be applied is kept with its reason; later messages of its key or stream wait behind it. Look
with `list` and `show`, remove the cause, then `retry`: what waited behind follows by itself. `discard` gives one up.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Row

from forbear.commands._operator import opened, operator
from forbear.commands.serve import Service
from services.common.runtime.consumer import held
from services.common.runtime.settings import SERVICES

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
COLUMNS = ("id", "status", "topic", "key", "type", "version", "held_at", "reason")

OneService = Annotated[Service, typer.Option("--service", help="Whose message it is.")]
Ids = Annotated[list[int], typer.Argument(help="Ids as `list` shows them.")]


@app.command("list")
def list_(
    service: Annotated[Service | None, typer.Option(help="Only of this service; all five without.")] = None,
    waiting: Annotated[bool, typer.Option(help="Also those that only wait behind a dead one.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many of each service.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Show what is held, oldest first; leaves with 1 when there is anything."""
    statuses = held.OPEN if waiting else ("dead",)
    found = asyncio.run(_list([service.value] if service else SERVICES, statuses, limit))
    if as_json:
        for name, row in found:
            typer.echo(json.dumps({"service": name, **_shown(row)}))
    elif found:
        table = Table("service", *COLUMNS, box=None)
        for name, row in found:
            table.add_row(name, *("-" if value is None else str(value) for value in _shown(row).values()))
        Console().print(table)
    else:
        typer.echo("nothing is held")
    raise typer.Exit(1 if found else 0)


@app.command()
def show(
    message: Annotated[int, typer.Argument(help="Id as `list` shows it.")],
    service: OneService,
    body: Annotated[bool, typer.Option(help="Also the payload; a broken one may hold anything.")] = False,
) -> None:
    """Show one message with its headers."""
    row = asyncio.run(_get(service.value, message))
    if row is None:
        raise _unknown(message)
    for name, value in {**_shown(row), "resolved_at": row.resolved_at, "resolved_by": row.resolved_by}.items():
        typer.echo(f"{name:<12} {'-' if value is None else value}")
    for name, value in row.headers.items():
        typer.echo(f"  {name}: {value}")
    if body:
        typer.echo("-" if row.body is None else bytes(row.body).decode("utf-8", "backslashreplace"))


@app.command()
def retry(messages: Ids, service: OneService) -> None:
    """Apply messages again, and what waited behind each; leaves with 1 when one is still held."""
    raise typer.Exit(asyncio.run(_settle(service.value, messages, discard=False)))


@app.command()
def discard(
    messages: Ids,
    service: OneService,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give messages up for good: their effect never happens. What waited behind them is applied."""
    if not yes:
        typer.confirm(f"Give up {len(messages)} message(s) of {service.value} for good?", abort=True)
    raise typer.Exit(asyncio.run(_settle(service.value, messages, discard=True)))


async def _list(services: Sequence[str], statuses: Sequence[str], limit: int) -> list[tuple[str, Row[Any]]]:
    found = []
    for name in services:
        async with opened(name) as service, service.database.write(operator()) as uow:
            found += [(name, row) for row in await held.list_held(uow, statuses, limit)]
    return found


async def _get(name: str, message: int) -> Row[Any] | None:
    async with opened(name) as service, service.database.write(operator()) as uow:
        return await held.get_held(uow, message)


async def _settle(name: str, messages: Sequence[int], *, discard: bool) -> int:
    status, caller = 0, operator()
    async with opened(name) as service:
        for message in messages:
            if await _missing(service.database, message):
                raise _unknown(message)
            settle = service.applier.discard if discard else service.applier.retry
            outcome = (await settle(message, caller)).outcome
            released = await service.applier.release(message, caller)
            said = "settled before" if outcome == "repeat" else outcome
            typer.echo(f"{message}: {said}" + (f", {released} that waited behind applied" if released else ""))
            status |= int(outcome in held.OPEN)
    return status


async def _missing(database: Any, message: int) -> bool:
    async with database.write(operator()) as uow:
        return await held.get_held(uow, message) is None


def _shown(row: Row[Any]) -> dict[str, Any]:
    known = {column: getattr(row, column) for column in COLUMNS}
    return known | {"held_at": row.held_at.isoformat(timespec="seconds")}


def _unknown(message: int) -> typer.Exit:
    typer.echo(f"there is no held message {message}", err=True)
    return typer.Exit(2)
