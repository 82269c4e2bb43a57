"""Start one operating-system process that cannot outlive its supervisor."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil

from sandbox.engines.spec import ProcessSpec

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
#: One log file of a process holds at most this many bytes, and one older file is kept.
LOG_LIMIT = 20_000_000


def launch(spec: ProcessSpec, log: Path) -> subprocess.Popen[bytes]:
    """Start the process in a group of its own, with stdout and stderr appended to its log.

    Must be called from the main thread: the kernel's death signal follows the thread that forked. It is not a
    coroutine, so that no cancellation falls between the start of a process and its being known.
    """
    env = dict(spec.env) if spec.clean_env else {**os.environ, **spec.env}
    with log.open("ab") as output:
        return subprocess.Popen(
            list(spec.argv),
            env=env,
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            user=spec.user.uid if spec.user else None,
            group=spec.user.gid if spec.user else None,
            extra_groups=[] if spec.user else None,
            # Runs after the change of user, which would clear the death signal.
            preexec_fn=die_with(os.getpid(), spec.death_signal),
        )


def die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died in between: nobody will send the signal any more
            os._exit(1)

    return prepare


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process and everything it started; a group that is gone is fine."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def signal_tree(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process and all its descendants, those in groups of their own (PostgreSQL's) included."""
    try:
        parent = psutil.Process(pid)
        members = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.send_signal(number)


def keep_sane(log: Path, limit: int = LOG_LIMIT) -> None:
    """Move a log's content to `NAME.log.1` once it is too long; the process keeps appending to the same file."""
    try:
        if log.stat().st_size <= limit:
            return
    except FileNotFoundError:
        return
    older = log.with_name(log.name + ".1")
    with log.open("rb") as source, older.open("wb") as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
    os.truncate(log, 0)
