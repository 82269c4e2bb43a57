"""What the supervisor must know of a process."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class User:
    """An unprivileged identity that a process started by root takes on."""

    uid: int
    gid: int


@dataclass(frozen=True)
class ProcessSpec:
    """One process: how it starts, when it is well, how it stops."""

    name: str
    argv: Sequence[str]
    #: Shown to people: `127.0.0.1:5432` or `http://127.0.0.1:8101`.
    address: str
    #: True when the process does its work; must not raise for "not yet".
    healthy: Callable[[], Awaitable[bool]]
    #: Added to the supervisor's own environment, or the whole of it when `clean_env`.
    env: Mapping[str, str] = field(default_factory=dict)
    clean_env: bool = False
    cwd: Path | None = None
    user: User | None = None
    stop_signal: Signals = SIGTERM
    #: Sent by the kernel when the supervisor dies without a word.
    death_signal: Signals = SIGKILL
    #: Seconds until healthy after a start, and until gone after the stop signal.
    ready_within: float = 60.0
    stop_within: float = 15.0
    #: Awaited when the process died, before it is started again.
    before_restart: Hook | None = None
    #: Awaited after the process died, was started again and is well.
    on_restart: Hook | None = None
