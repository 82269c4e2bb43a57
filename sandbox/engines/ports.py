"""Ports of one local stack: the usual ones unless taken, then free ones; kept over restarts.

Two stacks that start in the same second must not pick the same free port before either listens. So each supervisor
writes its choice into a small book of the machine's user, and the choice holds as long as that supervisor lives.
"""

import fcntl
import json
import os
import socket
import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from sandbox.engines.state import State

USUAL = {
    "postgres": 5432,
    "temporal": 7233,
    "temporal_ui": 8233,
    "temporal_http": 7243,
    "temporal_metrics": 7244,
    "broker": 9092,
    "broker_controller": 9093,
    "broker_behind": 9094,
    "intake": 8101,
    "contact": 8102,
    "plans": 8103,
    "followup": 8104,
    "desk": 8105,
    "sandbox": 8110,
}
#: Below the range from which Linux takes the local ports of outgoing connections, so that none of those is in the way.
FREE = range(20000, 30000)


def allocate(state: State, names: tuple[str, ...]) -> dict[str, int]:
    """Return a port for each name; every one is free on 127.0.0.1 now and reserved for this process' life.

    The ports of the last run are taken again when they are free.
    """
    held: dict[str, int] = state.read_json("ports.json") or {}
    with _Book(state.root) as book:
        start = int.from_bytes(os.urandom(4)) % len(FREE)
        others = iter(FREE[(start + step) % len(FREE)] for step in range(len(FREE)))
        chosen: dict[str, int] = {}
        for name in names:
            wishes = [held.get(name, USUAL[name])]
            for port in chain(wishes, others):
                if port not in chosen.values() and port not in book.others and _is_free(port):
                    chosen[name] = port
                    break
            else:
                raise RuntimeError(f"no free port between {FREE.start} and {FREE.stop}")
        book.reserve(chosen.values())
    state.write_json("ports.json", {**held, **chosen})
    return chosen


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


class _Book:
    """Reservations {port: (pid, state directory)} of this user on this machine, locked while open."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self._me = (os.getpid(), self.root)
        self.path = Path(tempfile.gettempdir()) / f"forbear-ports-{os.geteuid()}.json"

    def __enter__(self) -> "_Book":
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        self.file = os.fdopen(os.open(self.path, flags, 0o600), "r+")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            entries: dict[str, tuple[int, str]] = json.load(self.file)
        except ValueError:
            entries = {}
        #: Held by living supervisors of other directories; what this directory held before is its own again.
        self.others = {
            int(port): (pid, root) for port, (pid, root) in entries.items() if root != self.root and _lives(pid)
        }
        self.own = {int(port): (pid, root) for port, (pid, root) in entries.items() if (pid, root) == self._me}
        return self

    def reserve(self, ports: Iterable[int]) -> None:
        """Hold ports for this directory as long as this process lives."""
        self.own.update(dict.fromkeys(ports, self._me))

    def __exit__(self, *_: object) -> None:
        self.file.seek(0)
        self.file.truncate()
        json.dump({**self.others, **self.own}, self.file)
        self.file.close()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
