"""`forbear status`: what runs in this state directory."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sandbox.engines.state import State

app = typer.Typer(add_completion=False)
COLUMNS = ("name", "pid", "state", "address", "restarts")


@app.command()
def status(json: Annotated[bool, typer.Option(help="Print what the supervisor wrote, as JSON.")] = False) -> None:
    """Show each process; leaves with 1 when nothing runs here or a process is not ready."""
    state = State()
    pid = state.holder()
    if pid is None:
        typer.echo(f"nothing runs in {state.root}", err=True)
        raise typer.Exit(1)
    known = state.read_json("status.json") or {"processes": []}
    console = Console()
    if json:
        console.print_json(data=known)
    else:
        table = Table(*COLUMNS, title=f"{state.root}, supervisor {pid}", box=None, title_justify="left")
        for row in known["processes"]:
            table.add_row(*("-" if row[column] is None else str(row[column]) for column in COLUMNS))
        console.print(table)
    if any(row["state"] != "ready" for row in known["processes"]):
        raise typer.Exit(1)
