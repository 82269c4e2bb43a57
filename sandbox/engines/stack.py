"""The whole of Forbear on one machine: engines, migrations, services and sandbox, as one object."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.engines import ports
from sandbox.engines.engines import Engines
from sandbox.engines.environment import (
    DATABASES,
    address_variables,
    common_variables,
    engine_variables,
    secret_variables,
)
from sandbox.engines.probes import answering
from sandbox.engines.running import write_environment
from sandbox.engines.spec import ProcessSpec
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor
from services.common.runtime.clock import write_lapse
from services.common.runtime.kafka_topics import declared_topics
from services.common.runtime.migrate import upgrade_all
from services.common.runtime.settings import SERVICES

#: Older than any outbox row: they stay seven days.
EVERYTHING = "1970-01-01T00:00:00+00:00"

Say = Callable[[str, str], None]


class LocalStack:
    """`async with LocalStack(path) as stack:` starts everything, in order, and stops it in reverse.

    `lapse` is the instant at which a lapse clock starts; without it business time is the machine's. `services` names
    the services to start and `sandbox` whether the outside is played. `env` is added to what the processes are told.

    Once inside: `urls` {name: base URL}, `env` (all variables a process of this stack is told), and `kill`, `freeze`,
    `thaw`, `stop`, `start`, `restart`, `wait_ready` by name: postgres, temporal, broker, a service, or sandbox.
    """

    def __init__(
        self,
        state_dir: Path | str | None = None,
        *,
        lapse: datetime | None = None,
        services: Sequence[str] = SERVICES,
        sandbox: bool = True,
        fsync: bool = True,
        ui: bool = False,
        env: Mapping[str, str] | None = None,
        say: Say = lambda name, address: None,
    ) -> None:
        self.state = State(state_dir)
        self.supervisor = Supervisor(self.state)
        self.engines = Engines(self.state, self.supervisor, fsync=fsync, ui=ui)
        self.services = tuple(services)
        self.with_sandbox = sandbox
        self.lapse = lapse
        self.extra = dict(env or {})
        self.say = say
        self.urls: dict[str, str] = {}
        self.env: dict[str, str] = {}
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            self._exit.enter_context(self.state.locked())
            self._exit.push_async_callback(self.supervisor.stop_all)
            await self._start()
        except BaseException:
            await self._exit.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.aclose()

    async def _start(self) -> None:
        await self.engines.start(self._after_broker_loss, self._before_broker_returns, self.say)
        await self.engines.create_topics(declared_topics())
        database_urls = await self.engines.databases(DATABASES)
        await upgrade_all({name: database_urls[name] for name in self.services})
        clock = self.state.clock if self.lapse else None
        if self.lapse and not self.state.clock.exists():
            write_lapse(self.state.clock, self.lapse)
        http = ports.allocate(self.state, DATABASES)
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in http.items()}
        engines = self.engines
        self.env = {
            **common_variables(self.state, clock),
            **secret_variables(self.state),
            **engine_variables(engines.temporal_address, engines.kafka_bootstrap, engines.idempotence, database_urls),
            **address_variables(self.urls, http),
            # Empty counts as not set: nobody is to call what is not played.
            **({} if self.with_sandbox else {"FORBEAR_SANDBOX_URL": ""}),
            **self.extra,
        }
        write_environment(self.state, self.env)
        # The sandbox first: services ask its issuer for keys when they start.
        if self.with_sandbox:
            await self._add("sandbox", "-m", "sandbox", "serve")
        try:
            async with asyncio.TaskGroup() as group:
                for name in self.services:
                    group.create_task(self._add(name, "-m", "forbear", "serve", name))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _add(self, name: str, *arguments: str) -> None:
        spec = ProcessSpec(
            name=name,
            argv=[sys.executable, *arguments],
            address=self.urls[name],
            healthy=answering(f"{self.urls[name]}/health/ready"),
            env=self.env,
            ready_within=120.0,
        )
        await self.supervisor.add(spec)
        self.say(name, spec.address)

    async def _before_broker_returns(self) -> None:
        """Have everything that was said wait to be said again, and nobody speak until there are topics.

        A broker in memory forgot all of it. What was just on its way must not stand there before what came earlier;
        and the embedded one makes a topic for whoever sends to it, and begins it anew when it is made.
        """
        running = self._services_running()
        await asyncio.gather(*(self.supervisor.stop(name) for name in running))
        senders = running
        if "sandbox" in self.supervisor.members:
            await self.supervisor.start("sandbox")
            await self.supervisor.wait_ready("sandbox")
            senders = [*running, "bank"]
        if senders:
            chosen = (word for name in senders for word in ("--service", name))
            await self.run("republish", "--since", EVERYTHING, *chosen)
        if "sandbox" in self.supervisor.members:
            await self.supervisor.stop("sandbox")

    async def _after_broker_loss(self) -> None:
        """Make the topics that a broker in memory forgot, and let everybody speak and listen anew."""
        await self.engines.create_topics(declared_topics())
        if "sandbox" in self.supervisor.members:
            await self.supervisor.start("sandbox")
        await asyncio.gather(*(self.supervisor.start(name) for name in self._services_running()))

    def _services_running(self) -> list[str]:
        return [name for name in self.services if name in self.supervisor.members]

    async def run(self, *arguments: str) -> str:
        """Run a command of `forbear` against this stack and return its output; raise RuntimeError when it fails."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "forbear", *arguments,
            env={**os.environ, **self.env},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output = (await process.communicate())[0].decode()
        if process.returncode:
            raise RuntimeError(f"forbear {' '.join(arguments)} ended with {process.returncode}:\n{output}")
        return output

    def kill(self, name: str) -> int:
        """Kill a process without a word; it is started again. Return the pid it had."""
        return self.supervisor.kill(name)

    def freeze(self, name: str) -> None:
        """Hold a process still until `thaw`."""
        self.supervisor.freeze(name)

    def thaw(self, name: str) -> None:
        """Let a frozen process go on."""
        self.supervisor.thaw(name)

    async def stop(self, name: str) -> None:
        """Stop a process and leave it stopped until `start`."""
        await self.supervisor.stop(name)

    async def start(self, name: str) -> None:
        """Start a stopped process and wait until it is well."""
        await self.supervisor.start(name)

    async def restart(self, name: str) -> None:
        """Stop a process politely and start it again."""
        await self.supervisor.restart(name)

    async def wait_ready(self, name: str, timeout: float = 60.0) -> None:
        """Wait until a process is well (again)."""
        await self.supervisor.wait_ready(name, timeout)
