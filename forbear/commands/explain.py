"""`forbear explain`: judge a plan again from what was stored of it, and show the first thing that differs.

It speaks to the database of plans and changes nothing. Terms, means, authority and every decision are computed from
their stored inputs with the policies of their days.
"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from forbear.commands._operator import answered, opened

if TYPE_CHECKING:
    from services.common.runtime.assembly import AssembledService
    from services.plans.service.approval.replay import Replay, ReplayPlans

app = typer.Typer(help=__doc__, add_completion=False)
DIFFERS = 1
AsJson = Annotated[bool, typer.Option("--json", help="Print everything that was computed again, as JSON.")]


@app.command()
def plan(
    plan_id: Annotated[UUID, typer.Argument(metavar="PLAN", help="The id of the plan.")],
    version: Annotated[int | None, typer.Option(help="Which version; the newest unless given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge one version of a plan again. Ends with 1 when something differs, with 2 when there is none."""
    _show([answered(_of_plan(plan_id, version))], as_json=as_json)


@app.command()
def case(
    case_id: Annotated[UUID, typer.Argument(metavar="CASE", help="The id of the case.")],
    as_json: AsJson = False,
) -> None:
    """Judge every version of every plan of a case again."""
    _show(answered(_of_case(case_id)), as_json=as_json)


async def _of_plan(plan_id: UUID, version: int | None) -> "Replay":
    async with opened("plans") as service:
        return await _replays(service).plan(plan_id, version)


async def _of_case(case_id: UUID) -> "list[Replay]":
    async with opened("plans") as service:
        return await _replays(service).case(case_id)


def _replays(service: "AssembledService") -> "ReplayPlans":
    from services.plans.policies import load_policies
    from services.plans.service.approval.replay import ReplayPlans
    from services.plans.settings import Settings

    settings = service.settings
    assert isinstance(settings, Settings)
    return ReplayPlans(service.database, load_policies(settings.pack_overlay), ZoneInfo(settings.bank_time_zone))


def _show(replays: "list[Replay]", *, as_json: bool) -> None:
    for one in replays:
        if as_json:
            typer.echo(json.dumps(_told(one), ensure_ascii=False, default=str))
            continue
        found = one.difference
        typer.echo(f"plan {one.plan_id} version {one.version} ({one.state}): {len(one.steps)} results computed again")
        for missing in one.left_out:
            typer.echo(f"  not computed: {missing}")
        if found is None:
            typer.echo("  same")
        else:
            typer.echo(f"  differs: {found.name}\n    stored:     {found.stored}\n    recomputed: {found.recomputed}")
    if any(one.difference is not None for one in replays):
        raise typer.Exit(DIFFERS)


def _told(one: "Replay") -> dict[str, Any]:
    difference = one.difference
    return {
        "plan_id": str(one.plan_id),
        "version": one.version,
        "state": one.state,
        "same": difference is None,
        "difference": None if difference is None else asdict(difference),
        "steps": [asdict(step) | {"same": step.same} for step in one.steps],
        "not_computed": list(one.left_out),
    }
