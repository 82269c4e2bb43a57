"""Runs an ASGI application with uvicorn until an event is set, leaving signals to the process."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import uvicorn

GRACE_SECONDS = 15


class WebServerError(Exception):
    """The server ended by itself, or could not start (the port is taken)."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def run_web_server(app: Any, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop`; running requests get `GRACE_SECONDS`. WebServerError when it ends without being asked."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=32 * 1024,
    )
    server = _Server(config)
    serving = asyncio.create_task(_until_exit(server), name="web-server")
    stopping = asyncio.create_task(stop.wait(), name="web-server-stop")
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopping.cancel()
        server.should_exit = True
    if not stop.is_set():
        raise WebServerError(f"the web server on port {port} ended by itself")


async def _until_exit(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit as end:
        # uvicorn leaves by SystemExit when it cannot bind or its lifespan fails.
        raise WebServerError(f"the web server could not start (status {end.code})") from None
