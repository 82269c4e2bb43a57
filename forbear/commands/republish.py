"""`forbear republish`: send events again that were sent before, for a topic that was lost.

Services take an event they know already as a repeat, so sending too much does no harm. Outbox rows are kept for seven
days; what is older cannot be sent again. In a sandbox the bank says its feed again as well.
"""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import httpx
import typer

from forbear.commands._operator import opened
from forbear.commands._stack import find_the_stack
from services.common.runtime.relay import store
from services.common.runtime.settings import SERVICES

app = typer.Typer(add_completion=False)
BANK = "bank"
Sender = StrEnum("Sender", [(name.upper(), name) for name in (*SERVICES, BANK)])  # type: ignore[misc]


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
    service: Annotated[
        list[Sender] | None,
        typer.Option(help="Only those of this one; may be given again. Without: all five, and a sandbox's bank."),
    ] = None,
) -> None:
    """Have the relays send events again."""
    find_the_stack()
    senders = [one.value for one in service] if service else [*SERVICES, *([BANK] if _sandbox() else [])]
    try:
        for name, count in asyncio.run(_republish(senders, since)):
            typer.echo(f"{name:<10} {count} event(s) will be sent again")
    except httpx.HTTPError as error:
        typer.echo(f"the sandbox does not answer ({type(error).__name__}); nothing of its bank was sent", err=True)
        raise typer.Exit(1) from None


async def _republish(senders: Sequence[str], since: datetime) -> list[tuple[str, int]]:
    counts = []
    for name in senders:
        if name == BANK:
            counts.append((name, await _bank(since)))
            continue
        async with opened(name) as service:
            counts.append((name, await store.republish(service.database, since)))
    return counts


def _sandbox() -> str | None:
    """Where the sandbox is; a bank that is real is asked by its own people."""
    return os.environ.get("FORBEAR_SANDBOX_URL") if os.environ.get("FORBEAR_SANDBOX") == "1" else None


async def _bank(since: datetime) -> int:
    """Have the bank of the sandbox, which has an outbox of its own, say its feed again; how many events."""
    url = _sandbox()
    if not url:
        raise typer.BadParameter("there is no sandbox: set FORBEAR_SANDBOX=1 and FORBEAR_SANDBOX_URL")
    async with httpx.AsyncClient(base_url=url, timeout=30) as sandbox:
        answer = await sandbox.post("/sandbox/bank/republish", json={"since": since.isoformat()})
        return int(answer.raise_for_status().json()["again"])
