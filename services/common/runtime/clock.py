"""The two clocks of business time, and wall time for leases, retries, tokens and metrics."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from services.common.kernel.clock import Clock, utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = 20
TICK_SECONDS = 0.01
"""How often it is asked whether a lapse clock was moved."""


class SystemClock:
    """Business time is the machine's time."""

    flows = True

    def now(self) -> datetime:
        return datetime.now(UTC)


class LapseClock:
    """Business time is what a file says: 20 ASCII digits, microseconds since 1970, replaced atomically by its driver.

    The file is read at every call: it is tiny, and a remembered instant would be a wrong one.
    """

    flows = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """FileNotFoundError without the file; ValueError when it holds something else."""
        handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            text = os.pread(handle, _DIGITS + 1, 0)
        finally:
            os.close(handle)
        if len(text) != _DIGITS or not text.isdigit():
            raise ValueError(f"{self._path} is not a lapse clock: {_DIGITS} digits are expected")
        return _EPOCH + timedelta(microseconds=int(text))

    def mark(self) -> tuple[int, int] | None:
        """What is another one as soon as the clock was moved; None while there is no file."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns


def write_lapse(path: Path, instant: datetime) -> None:
    """Set the lapse clock: write beside, then rename, so that a reader sees the old instant or the new one."""
    microseconds = (utc(instant) - _EPOCH) // timedelta(microseconds=1)
    if microseconds < 0:
        raise ValueError("a lapse clock cannot show an instant before 1970")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(f"{microseconds:0{_DIGITS}d}".encode("ascii"))
    beside.replace(path)


@contextmanager
def moves_of(clock: Clock) -> Iterator[asyncio.Event]:
    """An event that is set soon after each move of a lapse clock, and never where time flows.

    The event loop itself looks at the file: a task that sleeps and reads would cost ten times as much, day and night.
    """
    moved = asyncio.Event()
    if not isinstance(clock, LapseClock):
        yield moved
        return
    loop = asyncio.get_running_loop()
    seen = clock.mark()
    timer: asyncio.TimerHandle

    def look() -> None:
        nonlocal seen, timer
        timer = loop.call_later(TICK_SECONDS, look)
        mark = clock.mark()
        if mark != seen:
            seen = mark
            moved.set()

    look()
    try:
        yield moved
    finally:
        timer.cancel()


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until `event` is set, at most so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def wall_now() -> datetime:
    """Wall time in UTC, for tokens, leases, retries and metrics; never for a business decision."""
    return datetime.now(UTC)


class HasLapse(Protocol):
    """Settings that may name the file of a lapse clock."""

    @property
    def lapse_clock(self) -> Path | None: ...


def clock_from(settings: HasLapse) -> Clock:
    """The lapse clock when settings name its file, otherwise the system's."""
    return LapseClock(settings.lapse_clock) if settings.lapse_clock else SystemClock()
