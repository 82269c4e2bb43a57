"""`forbear stop`: stop outbound contact at once, all or a pack, channel, template or portfolio; two people lift a stop.

It speaks to the database of contact, so it works whatever else is down. Nothing is lost: what is stopped waits.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from forbear.commands._operator import answered, opened, operator
from services.common.runtime.caller import Caller
from services.contact.schemas import PlaceStop, StopPlaced, StopShown
from services.contact.service.stops import Stops

app = typer.Typer(help=__doc__, add_completion=False)
T = TypeVar("T")


@app.callback(invoke_without_command=True)
def stop(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Stop every contact.")] = False,
    pack: Annotated[str | None, typer.Option(help="Stop what this rule pack governs.")] = None,
    channel: Annotated[str | None, typer.Option(help="Stop this channel, such as sms.")] = None,
    template: Annotated[str | None, typer.Option(help="Stop messages of this template.")] = None,
    portfolio: Annotated[str | None, typer.Option(help="Stop the cases of this portfolio.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why, without names of borrowers. Needed.")] = None,
) -> None:
    """Stop outbound contact."""
    named = [("pack", pack), ("channel", channel), ("template", template), ("portfolio", portfolio)]
    scopes = [("all", "")] * everything + [(scope, value) for scope, value in named if value is not None]
    if context.invoked_subcommand is not None:
        if scopes or reason is not None:
            raise typer.BadParameter("say what to stop, or `list`, or `lift`, and not two of them")
        return
    if len(scopes) != 1 or reason is None:
        raise typer.BadParameter("say one of --all, --pack, --channel, --template and --portfolio, and --reason")
    try:
        body = PlaceStop.model_validate({"scope": scopes[0][0], "value": scopes[0][1], "reason": reason})
    except ValueError:
        raise typer.BadParameter("a reason has 3 to 500 characters, and a name at most 80") from None
    placed = _asked(lambda stops, caller: _place(stops, caller, body))
    typer.echo(f"{placed.stop_id}: {_what(placed)} is stopped from now on")
    if placed.reserved:
        typer.echo(f"{placed.reserved} call(s) or visit(s) were permitted before: tell whoever makes them")


@app.command("list")
def list_() -> None:
    """Show the stops in force; leaves with 1 when there is any."""
    found = _asked(lambda stops, caller: stops.in_force(caller))
    if not found:
        typer.echo("nothing is stopped")
        return
    for one in found:
        asked = f", lift asked for by {one.lift_requested_by}" if one.lift_requested_by else ""
        typer.echo(f"{one.stop_id}  {_what(one)}")
        typer.echo(f"    since {one.placed_at.isoformat(timespec='seconds')} by {one.placed_by}{asked}: {one.reason}")
    raise typer.Exit(1)


@app.command()
def lift(stop_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `list` shows it.")]) -> None:
    """Ask to lift a stop; the same command of a second person lifts it."""
    lifted = _asked(lambda stops, caller: _lift(stops, caller, stop_id))
    if lifted.state == "lifted":
        typer.echo(f"{stop_id}: {_what(lifted)} is lifted; what waited goes out when its rules allow it")
    else:
        typer.echo(f"{stop_id}: still in force until a second person types `forbear stop lift {stop_id}`")


async def _place(stops: Stops, caller: Caller, body: PlaceStop) -> StopPlaced:
    return StopPlaced.model_validate((await stops.place(caller, body)).model)


async def _lift(stops: Stops, caller: Caller, stop_id: UUID) -> StopShown:
    seen = await stops.stop(caller, stop_id)
    return StopShown.model_validate((await stops.lift(replace(caller, if_match=seen.version), stop_id)).model)


def _asked(use: Callable[[Stops, Caller], Awaitable[T]]) -> T:
    """What a use case answers the person who types; leaves with 2 when it refuses."""

    async def asked() -> T:
        async with opened("contact") as service:
            # Whoever may reach the database of contact is in charge of what goes out of it.
            return await use(Stops(service.database), replace(operator(), roles=frozenset({"manager"})))

    return answered(asked())


def _what(stop: StopShown) -> str:
    return f"{stop.scope.value} {stop.value}" if stop.value else "all contact"
