"""Runs the roles of one service in this process until SIGTERM, or until one of them fails.

`services/<service>/bootstrap.py` has `build(settings) -> Service`. Settings are `services.<service>.settings.Settings`
where that module is there, otherwise `ServiceSettings`.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import uvloop
from fastapi import FastAPI

from services.common.packs.loader import load_packs
from services.common.packs.reading import PackInvalid
from services.common.runtime.garbage import leave_out_what_is
from services.common.runtime.logging import configure_logging, error_fields, get_logger
from services.common.runtime.metrics import Metrics, serve_metrics
from services.common.runtime.settings import ServiceSettings, load
from services.common.runtime.web_server import GRACE_SECONDS, run_web_server

ROLES = ("api", "worker", "consumer", "relay")
# Longer than the web server's own grace, so that it can finish first.
STOP_SECONDS = GRACE_SECONDS + 10
PACKS_INVALID = 2
_log = get_logger(__name__)

Run = Callable[[asyncio.Event], Awaitable[None]]


class Service(Protocol):
    """What `bootstrap.build` gives. Each `run_*` works until `stop` is set; an engine that is away is waited for
    inside it. `close` gives everything back and is called once, last."""

    @property
    def api(self) -> FastAPI: ...

    @property
    def metrics(self) -> Metrics: ...

    async def run_worker(self, stop: asyncio.Event) -> None: ...

    async def run_consumer(self, stop: asyncio.Event) -> None: ...

    async def run_relay(self, stop: asyncio.Event) -> None: ...

    async def close(self) -> None: ...


class RoleEnded(Exception):
    """A role returned although nobody asked it to stop."""


def main(service: str, role: str) -> int:
    """Run `role` (`all` or one of ROLES) of `service`; the exit status of the process.

    2, with file, line and reason of everything that is wrong, when rule packs or the bank's overlay cannot be read.
    """
    settings = load(settings_class(service), service, role)
    try:
        load_packs(settings.pack_overlay)
    except PackInvalid as invalid:
        sys.stderr.write(f"{invalid}\n")
        return PACKS_INVALID
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(settings, set(ROLES) if role == "all" else {role}))


async def serve(settings: ServiceSettings, roles: set[str]) -> int:
    """Run `roles` until SIGTERM or SIGINT (0) or until one fails (1: whoever supervises starts it again)."""
    configure_logging(settings.service, settings.role, settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    built: Service = import_module(f"services.{settings.service}.bootstrap").build(settings)
    leave_out_what_is()
    try:
        return await run_roles(_runs(built, settings, roles), stop)
    finally:
        await built.close()


async def run_roles(runs: Mapping[str, Run], stop: asyncio.Event) -> int:
    """Run all until `stop`. When one fails or ends early, the others are stopped and the status is 1."""
    _log.info("starting", roles=sorted(runs))
    tasks = [asyncio.create_task(_run_one(name, run, stop), name=name) for name, run in runs.items()]
    await asyncio.wait([*tasks, waiting := asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    waiting.cancel()
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    for task in late:
        _log.warning("stopped the hard way", step=task.get_name())
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    failed = any(isinstance(result, Exception) for result in results)
    _log.info("stopped", exit_status=int(failed))
    return int(failed)


async def _run_one(name: str, run: Run, stop: asyncio.Event) -> None:
    try:
        await run(stop)
        if not stop.is_set():
            raise RoleEnded(name)
    except Exception as error:
        _log.error("a role failed", step=name, **error_fields(error))
        raise


def _runs(built: Service, settings: ServiceSettings, roles: set[str]) -> dict[str, Run]:
    async def api(stop: asyncio.Event) -> None:
        await run_web_server(built.api, settings.http_host, settings.http_port, stop)

    known: dict[str, Run] = {
        "api": api,
        "worker": built.run_worker,
        "consumer": built.run_consumer,
        "relay": built.run_relay,
    }
    runs = {name: known[name] for name in roles}
    port = settings.metrics_port
    if "api" not in roles and port is not None:

        async def metrics(stop: asyncio.Event) -> None:
            await serve_metrics(built.metrics, settings.http_host, port, stop)

        runs["metrics"] = metrics
    return runs


def settings_class(service: str) -> type[ServiceSettings]:
    """The settings of a service: its own class, or the common one."""
    name = f"services.{service}.settings"
    found: type[ServiceSettings] = import_module(name).Settings if find_spec(name) else ServiceSettings
    return found
