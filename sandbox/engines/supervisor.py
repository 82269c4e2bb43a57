"""Starts processes in order, starts those that die again, and stops them in reverse order."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.engines.launch import keep_sane, launch, signal_group, signal_tree
from sandbox.engines.spec import Hook, ProcessSpec
from sandbox.engines.state import State

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
#: A process that was well this long starts again without a pause when it dies.
STEADY = 30.0
POLL = 0.05

Condition = Literal["starting", "ready", "restarting", "frozen", "stopping", "stopped"]


class StartFailed(RuntimeError):
    """A process ended, or was not well in time, when it was started."""


@dataclass
class Member:
    """One process as the supervisor sees it."""

    spec: ProcessSpec
    condition: Condition = "stopped"
    process: subprocess.Popen[bytes] | None = None
    watcher: asyncio.Task[None] | None = None
    restarts: int = 0
    since: float = 0.0

    @property
    def pid(self) -> int | None:
        """The process id, or None while there is none."""
        return self.process.pid if self.process and self.process.poll() is None else None


class Supervisor:
    """The processes of one state directory. `status.json` says how each is, for whoever asks from outside."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.members: dict[str, Member] = {}
        self._pruner: asyncio.Task[None] | None = None

    async def add(self, spec: ProcessSpec) -> None:
        """Start a process and wait until it is well; raise StartFailed with the end of its log when it is not."""
        if self._pruner is None:
            self._pruner = asyncio.create_task(self._prune_logs())
        member = Member(spec)
        self.members[spec.name] = member
        await self._start(member)

    async def stop_all(self) -> None:
        """Stop everything in the reverse of the order in which it was added."""
        if self._pruner:
            self._pruner.cancel()
            self._pruner = None
        for member in self.members.values():
            if member.watcher:
                member.watcher.cancel()  # from now on nothing is started again, by the hook of another one either
        for name in reversed(list(self.members)):
            await self.stop(name)

    async def stop(self, name: str) -> None:
        """Stop one process, politely first, and leave it stopped until `start`."""
        member = self.members[name]
        self._note(member, "stopping")
        if member.watcher:
            member.watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await member.watcher
            member.watcher = None
        await self._end(member)
        self._note(member, "stopped")

    async def start(self, name: str) -> None:
        """Start a process that was stopped and wait until it is well."""
        member = self.members[name]
        if member.watcher is None:
            await self._start(member)

    async def restart(self, name: str) -> None:
        """Stop one process and start it again."""
        await self.stop(name)
        self.members[name].restarts += 1
        await self.start(name)

    def all_well(self) -> bool:
        """Tell whether every process is ready and what its restart asked for is done."""
        return all(member.condition == "ready" and member.pid is not None for member in self.members.values())

    def kill(self, name: str) -> int:
        """Kill a process without a word and return the pid it had; the supervisor starts it again."""
        pid = self._pid(name)
        signal_group(pid, signal.SIGKILL)
        # At once, not when its death is noticed: nobody may take it for well in between.
        self._note(self.members[name], "restarting")
        return pid

    def freeze(self, name: str) -> None:
        """Hold a process still, as a paused machine would."""
        signal_tree(self._pid(name), signal.SIGSTOP)
        self._note(self.members[name], "frozen")

    def thaw(self, name: str) -> None:
        """Let a frozen process go on."""
        signal_tree(self._pid(name), signal.SIGCONT)
        self._note(self.members[name], "ready")

    async def wait_ready(self, name: str, timeout: float = 60.0) -> None:
        """Wait until a process is well (again); raise TimeoutError."""
        async with asyncio.timeout(timeout):
            while self.members[name].condition != "ready":  # noqa: ASYNC110 - changes in another task, seldom
                await asyncio.sleep(POLL)

    def _pid(self, name: str) -> int:
        pid = self.members[name].pid
        if pid is None:
            raise ProcessLookupError(f"{name} does not run")
        return pid

    async def _start(self, member: Member) -> None:
        self._note(member, "starting")
        try:
            await self._bring_up(member)
        except StartFailed:
            await self._end(member)
            self._note(member, "stopped")
            raise
        member.watcher = asyncio.create_task(self._watch(member))

    async def _bring_up(self, member: Member) -> None:
        """Launch and wait until well."""
        spec = member.spec
        log = self.state.logs / f"{spec.name}.log"
        member.process = launch(spec, log)
        deadline = time.monotonic() + spec.ready_within
        while not await spec.healthy():
            if member.process.poll() is not None:
                raise StartFailed(f"{spec.name} ended with {member.process.returncode} at its start\n{_tail(log)}")
            if time.monotonic() > deadline:
                raise StartFailed(f"{spec.name} was not ready within {spec.ready_within:.0f} s\n{_tail(log)}")
            await asyncio.sleep(POLL)
        if member.process.poll() is not None:  # what answered the health check was somebody else on that port
            raise StartFailed(f"{spec.name} ended with {member.process.returncode}; is its port taken?\n{_tail(log)}")
        member.since = time.monotonic()
        self._note(member, "ready")

    async def _watch(self, member: Member) -> None:
        """Start the process again each time it dies, pausing longer while it keeps dying."""
        pause = FIRST_PAUSE
        while True:
            assert member.process
            await _gone(member.process)
            signal_group(member.process.pid, signal.SIGKILL)  # children it may have left
            if time.monotonic() - member.since >= STEADY:
                pause = FIRST_PAUSE
            member.restarts += 1
            self._note(member, "restarting")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if member.spec.before_restart is not None:
                await self._run_hook(member.spec.before_restart, f"before the restart of {member.spec.name}")
            try:
                await self._bring_up(member)
            except StartFailed:
                await self._end(member)
                continue
            if member.spec.on_restart is not None:
                self._note(member, "restarting")
                after = f"after the restart of {member.spec.name}"
                if await self._run_hook(member.spec.on_restart, after, lambda: member.pid is not None):
                    self._note(member, "ready")

    async def _run_hook(self, hook: Hook, when: str, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Run the hook until it succeeds, or is not wanted any more; a failure is written down, not swallowed."""
        pause = FIRST_PAUSE
        while wanted():
            try:
                await hook()
                return True
            except Exception:
                with (self.state.logs / "supervisor.log").open("a") as log:
                    log.write(f"{when}:\n{traceback.format_exc()}\n")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    async def _end(self, member: Member) -> None:
        process = member.process
        if process is None or process.poll() is not None:
            return
        process.send_signal(member.spec.stop_signal)
        signal_tree(process.pid, signal.SIGCONT)  # a frozen process hears nothing
        try:
            await asyncio.wait_for(_gone(process), member.spec.stop_within)
        except TimeoutError:
            signal_tree(process.pid, signal.SIGKILL)
            await _gone(process)
        signal_group(process.pid, signal.SIGKILL)  # children it may have left

    async def _prune_logs(self) -> None:
        while True:
            await asyncio.sleep(5)
            for name in self.members:
                keep_sane(self.state.logs / f"{name}.log")

    def _note(self, member: Member, condition: Condition) -> None:
        member.condition = condition
        rows = [
            {
                "name": m.spec.name,
                "pid": m.pid,
                "state": m.condition,
                "address": m.spec.address,
                "restarts": m.restarts,
            }
            for m in self.members.values()
        ]
        self.state.write_json("status.json", {"supervisor": os.getpid(), "processes": rows})


async def _gone(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has ended (and reap it)."""
    while process.poll() is None:  # noqa: ASYNC110 - an operating-system process sets no event
        await asyncio.sleep(POLL)


def _tail(log: os.PathLike[str], lines: int = 15) -> str:
    with open(log, errors="replace") as file:
        return f"--- {os.fspath(log)}\n" + "".join(file.readlines()[-lines:])
