"""`python -m sandbox serve`: the outside world of one machine as one process."""

import argparse
import asyncio
import signal

import uvloop

from sandbox.app import create_app
from sandbox.loops import run_loops
from sandbox.settings import SandboxSettings
from sandbox.world import open_world
from services.common.runtime.clock import clock_from
from services.common.runtime.garbage import leave_out_what_is
from services.common.runtime.logging import configure_logging
from services.common.runtime.web_server import run_web_server


async def serve(settings: SandboxSettings) -> None:
    """Serve until SIGTERM or SIGINT; leaves when a loop or the server ends unexpectedly, to be started again."""
    async with open_world(settings, clock_from(settings)) as world:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, world.stopping.set)
        leave_out_what_is()
        async with asyncio.TaskGroup() as group:
            group.create_task(run_loops(world))
            await run_web_server(
                create_app(world), settings.sandbox_http_host, settings.sandbox_http_port, world.stopping
            )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=["serve"])
    parser.parse_args()
    configure_logging("sandbox", "all")
    uvloop.run(serve(SandboxSettings()))


if __name__ == "__main__":
    main()
