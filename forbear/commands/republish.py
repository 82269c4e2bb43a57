"""`forbear republish`: send events again that were sent before, for a topic that was lost.

Services take an event they know already as a repeat, so sending too much does no harm. Outbox rows are kept for seven
days; what is older cannot be sent again.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from forbear.commands._operator import opened
from forbear.commands.serve import Service
from services.common.runtime.relay import store
from services.common.runtime.settings import SERVICES

app = typer.Typer(add_completion=False)


def _instant(text: str) -> datetime:
    """An RFC 3339 instant; one without an offset would mean different things to different people."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("not a time such as 2026-03-02T09:30:00+08:00") from None
    if instant.tzinfo is None:
        raise typer.BadParameter("say the offset too, such as 2026-03-02T09:30:00+08:00")
    return instant


@app.command(help=__doc__)
def republish(
    since: Annotated[
        datetime,
        typer.Option(parser=_instant, metavar="TIME", help="Events written since then, with offset (wall time)."),
    ],
    service: Annotated[Service | None, typer.Option(help="Only those of this service; all five without.")] = None,
) -> None:
    """Have the relays send events again."""
    for name, count in asyncio.run(_republish([service.value] if service else SERVICES, since)):
        typer.echo(f"{name:<10} {count} event(s) will be sent again")


async def _republish(services: Sequence[str], since: datetime) -> list[tuple[str, int]]:
    counts = []
    for name in services:
        async with opened(name) as service:
            counts.append((name, await store.republish(service.database, since)))
    return counts
