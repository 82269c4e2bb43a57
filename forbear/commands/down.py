"""`forbear down`: stop what `forbear up` started."""

import os
import signal
import time
from typing import Annotated

import typer

from sandbox.engines.state import State

app = typer.Typer(add_completion=False)


@app.command()
def down(timeout: Annotated[float, typer.Option(help="Seconds to wait until everything has stopped.")] = 120) -> None:
    """Stop the stack of this state directory and wait until it is gone."""
    state = State()
    pid = state.holder()
    if pid is None:
        typer.echo(f"nothing runs in {state.root}")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while state.holder() == pid:
        if time.monotonic() > deadline:
            typer.echo(f"process {pid} still runs after {timeout:.0f} s", err=True)
            raise typer.Exit(1)
        time.sleep(0.05)
    typer.echo(f"stopped what ran in {state.root}")
