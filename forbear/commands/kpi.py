"""`forbear kpi`: how a period went, from what the services said.

It speaks to the database of followup. A day is the bank's; "n/a" means that there was nothing to take a share of.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table

from forbear.commands._operator import answered, opened, operator

if TYPE_CHECKING:
    from services.followup.schemas.measures import KpiReport, KpiView

app = typer.Typer(help=__doc__, add_completion=False)
BAR = 40
Grouped = Literal["all", "pack", "product", "portfolio", "bucket", "agent"]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command()
def kpi(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; without, thirty days back.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The day after the last; without, tomorrow.")
    ] = None,
    by: Annotated[Grouped, typer.Option(help="What to group by.")] = "all",
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the titles.")] = "en",
    chart: Annotated[bool, typer.Option("--chart", help="Draw shares as bars.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON, with formulas.")] = False,
) -> None:
    """Show every measure of a period.

    \b
    forbear kpi                                    the last thirty days
    forbear kpi --from 2026-03-01 --to 2026-04-01 --by pack --chart
    forbear kpi --json | jq '.groups[0].measures.promises'
    """
    report = answered(_report(_day(since), _day(until), by))
    if as_json:
        typer.echo(report.model_dump_json(by_alias=True, indent=2))
        return
    console = Console()
    for group in report.groups:
        title = "" if by == "all" else f"{by} {group.group or '-'}, "
        table = Table(title=f"{title}{report.since} to {report.until}", title_justify="left")
        for column in ("measure", "value", "of"):
            table.add_column(column, justify="left" if column == "measure" else "right", no_wrap=True)
        if chart:
            table.add_column("", width=BAR)
        for subject, kpis in group.measures.items():
            table.add_section()
            table.add_row(f"[bold]{subject}[/bold]")
            for one in kpis:
                cells = [_title(one, language), one.value, _of(one)]
                table.add_row(*cells, *([_bar(one)] if chart else []))
        console.print(table)


async def _report(since: date | None, until: date | None, by: str) -> "KpiReport":
    async with opened("followup") as service:
        from dataclasses import replace

        from services.followup.service.measures import Measures
        from services.followup.service.policies import Policies

        # Whoever may reach the database of followup may see how it goes.
        caller = replace(operator(), roles=frozenset({"manager"}))
        return await Measures(service.database, Policies()).report(caller, since, until, by)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _title(one: "KpiView", language: str) -> str:
    title = one.title_zh if language == "zh" else one.title
    return f"  {title} {one.part}".rstrip()


def _of(one: "KpiView") -> str:
    if one.denominator is None:
        return ""
    return one.denominator if one.numerator is None else f"{one.numerator} / {one.denominator}"


def _bar(one: "KpiView") -> ProgressBar | str:
    if one.unit != "share" or not one.value.endswith("%"):
        return ""
    return ProgressBar(total=100, completed=min(100.0, float(one.value.removesuffix("%"))), width=BAR)
