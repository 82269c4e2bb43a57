"""The report for people and for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from forbear.doctor.cost import Cost
from forbear.doctor.verdicts import Finding, Verdict, exit_code

_COLOURS = {Verdict.CLEAN: "green", Verdict.BROKEN: "bold red", Verdict.UNCHECKED: "yellow"}


def as_json(findings: Sequence[Finding], cost: Cost | None) -> dict[str, Any]:
    """All findings, and the cost where it was asked for."""
    shown: dict[str, Any] = {"exit_code": exit_code(findings), "checks": [asdict(finding) for finding in findings]}
    return shown if cost is None else {**shown, "cost": asdict(cost)}


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """One line for each check, what is wrong below it."""
    table = Table("id", "what must hold", "verdict", box=None, title="forbear doctor", title_justify="left")
    table.add_column("examined", justify="right")
    for finding in findings:
        verdict = f"[{_COLOURS[finding.verdict]}]{finding.verdict}[/]"
        examined = "-" if finding.verdict is Verdict.UNCHECKED else f"{finding.examined:,}"
        table.add_row(finding.id, "\n".join([finding.says, *_details(finding)]), verdict, examined)
    console.print(table)
    counts = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
    console.print(", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))


def _details(finding: Finding) -> list[str]:
    details = [f"  {example}" for example in finding.examples]
    if finding.broken > len(finding.examples):
        details.append(f"  … {finding.broken:,} in all")
    if finding.in_flight:
        details.append(f"  [dim]{finding.in_flight:,} in flight, judged later[/]")
    return [*details, f"  [dim]{finding.note}[/]"] if finding.note else details


def show_cost(console: Console, cost: Cost) -> None:
    """The cost of finished cases, median and most."""
    table = Table("per finished case", box=None, title=f"cost of {cost.cases:,} finished cases", title_justify="left")
    for heading in ("cases", "median", "max"):
        table.add_column(heading, justify="right")
    for line in cost.lines:
        table.add_row(line.name, f"{line.cases:,}", f"{line.median:,.0f}", f"{line.most:,.0f}")
    for name, mean in cost.means.items():
        table.add_row(name, f"{cost.cases:,}", f"{mean:,.0f} (mean)", "-")
    console.print(table)
    for missing in cost.missing:
        console.print(f"[yellow]not counted: {missing}[/]")
