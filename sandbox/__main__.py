"""`python -m sandbox serve`: the outside world of one machine as one process."""

import argparse
import asyncio
import contextlib
import signal

import uvicorn
import uvloop

from sandbox.app import create_app
from sandbox.loops import run_loops
from sandbox.settings import SandboxSettings
from sandbox.world import open_world
from services.common.runtime.clock import clock_from
from services.common.runtime.logging import configure_logging


async def serve(settings: SandboxSettings) -> None:
    """Serve until SIGTERM or SIGINT; leaves when a loop or the server ends unexpectedly, to be started again."""
    async with open_world(settings, clock_from(settings)) as world:
        config = uvicorn.Config(
            create_app(world),
            host=settings.sandbox_http_host,
            port=settings.sandbox_http_port,
            access_log=False,
            log_level="warning",
        )
        server = uvicorn.Server(config)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, world.stopping.set)
        async with asyncio.TaskGroup() as group:
            group.create_task(run_loops(world))
            serving = group.create_task(_serve_quietly(server))
            serving.add_done_callback(lambda _: world.stopping.set())
            await world.stopping.wait()
            server.should_exit = True


async def _serve_quietly(server: uvicorn.Server) -> None:
    # The signals are this process's own affair: uvicorn would swallow them until its connections are closed.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    await server.serve()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("command", choices=["serve"])
    parser.parse_args()
    configure_logging("sandbox", "all")
    uvloop.run(serve(SandboxSettings()))


if __name__ == "__main__":
    main()
