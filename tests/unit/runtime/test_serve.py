"""Roles of one process: they stop together, and a failure of one is the failure of the process."""

import asyncio
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from services.common.runtime import serve
from services.common.runtime.assembly import open_database
from services.common.runtime.encryption import EncryptionError, encrypt
from services.common.runtime.metrics import Metrics, serve_metrics
from services.common.runtime.serve import run_roles, settings_class
from services.common.runtime.settings import ServiceSettings
from services.common.runtime.web_server import WebServerError, run_web_server
from services.desk.models import TABLES


class Role:
    """A role that works until it is told to stop, or ends in the way it is made for."""

    def __init__(self, fails: Exception | None = None, ends: bool = False, deaf: bool = False) -> None:
        self.fails, self.ends, self.deaf = fails, ends, deaf
        self.running = asyncio.Event()
        self.stopped = False

    async def run(self, stop: asyncio.Event) -> None:
        self.running.set()
        if self.fails:
            raise self.fails
        if self.ends:
            return
        await (asyncio.Event() if self.deaf else stop).wait()
        self.stopped = True


async def test_roles_end_together_when_told() -> None:
    one, two, stop = Role(), Role(), asyncio.Event()
    running = asyncio.create_task(run_roles({"one": one.run, "two": two.run}, stop))
    await asyncio.gather(one.running.wait(), two.running.wait())
    assert not running.done()
    stop.set()
    assert await running == 0
    assert one.stopped and two.stopped


@pytest.mark.parametrize("bad", [Role(fails=RuntimeError("x")), Role(ends=True)], ids=["fails", "ends"])
async def test_a_role_that_ends_takes_the_others_along(bad: Role) -> None:
    good = Role()
    assert await run_roles({"good": good.run, "bad": bad.run}, asyncio.Event()) == 1
    assert good.stopped


async def test_a_role_that_does_not_hear_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.05)
    deaf, stop = Role(deaf=True), asyncio.Event()
    stop.set()
    assert await run_roles({"deaf": deaf.run}, stop) == 0
    assert not deaf.stopped


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_running_request_is_finished_before_the_end() -> None:
    entered, release, stop, port = asyncio.Event(), asyncio.Event(), asyncio.Event(), _free_port()

    async def slow(request: Request) -> PlainTextResponse:
        entered.set()
        await release.wait()
        return PlainTextResponse("done")

    app = Starlette(routes=[Route("/", slow)])
    serving = asyncio.create_task(run_web_server(app, "127.0.0.1", port, stop))
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20)) as client:
        asking = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/"))
        await asyncio.wait_for(entered.wait(), 20)
        stop.set()
        release.set()
        assert (await asking).text == "done"
    await asyncio.wait_for(serving, 20)


async def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WebServerError, match="could not start"):
            await run_web_server(Starlette(), "127.0.0.1", taken.getsockname()[1], asyncio.Event())


async def test_a_role_without_http_shows_its_figures() -> None:
    stop, port = asyncio.Event(), _free_port()
    serving = asyncio.create_task(serve_metrics(Metrics("intake", "relay"), "127.0.0.1", port, stop))
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20)) as client:
        response = await client.get(f"http://127.0.0.1:{port}/metrics")
    stop.set()
    await serving
    assert 'forbear_process{role="relay",service="intake"} 1.0' in response.text


def test_settings_of_a_service_are_its_own_or_the_common_ones() -> None:
    assert issubclass(settings_class("intake"), ServiceSettings)
    with pytest.raises(ModuleNotFoundError):
        settings_class("nothing")


class Built:
    """A service whose roles wait; it says what was done with it."""

    def __init__(self) -> None:
        self.api, self.metrics = FastAPI(), Metrics("desk")
        self.relay, self.worker, self.consumer = Role(), Role(), Role()
        self.run_relay, self.run_worker, self.run_consumer = self.relay.run, self.worker.run, self.consumer.run
        self.closed = 0

    async def close(self) -> None:
        self.closed += 1


async def test_a_process_ends_by_sigterm_and_gives_everything_back(
    monkeypatch: pytest.MonkeyPatch, unconfigured: None
) -> None:
    built, bootstrap, port = Built(), ModuleType("bootstrap"), _free_port()
    monkeypatch.setattr(bootstrap, "build", lambda settings: built, raising=False)
    monkeypatch.setitem(sys.modules, "services.desk.bootstrap", bootstrap)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    settings = ServiceSettings.model_validate(
        {"service": "desk", "sandbox": True, "database_url": "postgresql://localhost/x", "http_port": port}
    )
    try:
        serving = asyncio.create_task(serve.serve(settings, {"api", "relay"}))
        await asyncio.wait_for(built.relay.running.wait(), 20)
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20)) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/openapi.json")).status_code == 200
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(serving, 30) == 0
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
        root.handlers[:] = handlers
        root.setLevel(level)
    assert built.closed == 1 and built.relay.stopped and not built.worker.running.is_set()
    with pytest.raises(EncryptionError):
        encrypt("x", "a.b")  # whoever opens a database configures it, and nothing was opened


async def test_who_opens_a_database_can_read_its_personal_columns(unconfigured: None) -> None:
    settings = ServiceSettings.model_validate(
        {"service": "desk", "sandbox": True, "database_url": "postgresql://localhost/x"}
    )
    database = open_database(settings, TABLES)
    assert encrypt("x", "a.b").startswith("v1.sandbox.")
    await database.close()


@pytest.mark.parametrize("service", ["intake", "contact", "plans", "followup", "desk"])
def test_a_bad_overlay_stops_the_start_of_every_service(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "us.yaml").write_text(
        "pack: us\ntighten:\n  - id: US-04\n    effective_from: 2026-12-01\n    source: board\n"
        "    reviewed: 2026-11-22\n    parameters: {max_calls: 9}\n"
    )
    told = {"SANDBOX": "1", "DATABASE_URL": "postgresql://localhost/x", "PLANS_OBJECT_STORE": f"file://{tmp_path}/o"}
    for name, value in (told | {"PACK_OVERLAY": str(tmp_path)}).items():
        monkeypatch.setenv(f"FORBEAR_{name}", value)
    assert serve.main(service, "api") == 2
    assert f"{tmp_path}/us.yaml:7: US-04 max_calls: 9 is looser than 7" in capsys.readouterr().err
