"""`forbear up`: engines, migrations, services and sandbox on this machine."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from sandbox.engines.state import State, StateInUse

app = typer.Typer(add_completion=False)


@app.command()
def up(
    detach: Annotated[bool, typer.Option(help="Return when everything is ready, and leave it running.")] = False,
    lapse: Annotated[bool, typer.Option(help="Business time stands still until the lapse clock moves it.")] = False,
    ui: Annotated[bool, typer.Option(help="Start Temporal's web console, too.")] = False,
) -> None:
    """Start PostgreSQL, Temporal, a broker, the five services and the sandbox, and keep them running."""
    try:
        if detach:
            _detach(lapse=lapse, ui=ui)
        else:
            asyncio.run(_run(lapse=lapse, ui=ui))
    except typer.Exit:  # is a RuntimeError, too
        raise
    except (RuntimeError, PermissionError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


async def _run(*, lapse: bool, ui: bool) -> None:
    from sandbox.engines.stack import LocalStack  # migrations and contracts are needed here only

    told_to_stop = asyncio.Event()
    task = asyncio.current_task()
    assert task
    loop = asyncio.get_running_loop()
    started = False

    def stop() -> None:
        told_to_stop.set()
        if not started:  # while starting, the start is given up
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    since = time.monotonic()
    try:
        async with LocalStack(lapse=datetime.now(UTC) if lapse else None, ui=ui, say=_say) as stack:
            started = True
            _say("ready", f"after {time.monotonic() - since:.0f} s; state in {stack.state.root}; Ctrl-C stops it")
            await told_to_stop.wait()
            _say("stopping", "")
    except asyncio.CancelledError:
        if not told_to_stop.is_set():
            raise
        raise typer.Exit(130) from None


def _say(name: str, text: str) -> None:
    print(f"{name:<10} {text}", flush=True)


def _detach(*, lapse: bool, ui: bool) -> None:
    """Start the supervisor in a session of its own and pass on what it says until it is ready or has ended."""
    state = State().make()
    if pid := state.holder():
        raise StateInUse(f"{state.root} is in use by process {pid}")
    log = state.logs / "up.log"
    options = [*(["--lapse"] if lapse else []), *(["--ui"] if ui else [])]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "forbear", "up", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "FORBEAR_STATE": str(state.root)},
            start_new_session=True,
        )
    with log.open() as said:
        while True:
            line = said.readline()
            if line:
                print(line.replace("; Ctrl-C stops it", "; `forbear down` stops it"), end="", flush=True)
                if line.startswith("ready "):
                    return
            elif process.poll() is not None:
                raise typer.Exit(process.returncode)
            else:
                time.sleep(0.05)
