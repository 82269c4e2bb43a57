"""Remove `.venv`, `.forbear` and what belongs to them, after stopping what runs there. Standard library only."""

import hashlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TWINS = Path("/var/tmp")  # noqa: S108 - only removed from
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "build")


def main() -> int:
    """Return 0 when everything is gone, 1 when a stack did not stop."""
    state = Path(os.environ.get("FORBEAR_STATE", ROOT / ".forbear")).resolve()
    # A state directory may hold others, such as that of `make test-kafka`; each has had a lock file.
    states = [path.parent for path in state.rglob("lock") if path.is_file()] if state.exists() else []
    if not all([_stopped(path) for path in states]):
        return 1
    for path in {state, *states}:
        # The twin holds what PostgreSQL's unprivileged user must reach; sandbox/engines/state.py names it.
        twin = TWINS / f"forbear-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
        _remove(twin)
    for path in (state, ROOT / ".venv", *(ROOT / name for name in CACHES), *ROOT.glob("*.egg-info")):
        _remove(path)
    return 0


def _stopped(state: Path) -> bool:
    """Ask the supervisor of a state directory to stop and wait for it."""
    try:
        pid = int((state / "supervisor.pid").read_text())
    except FileNotFoundError:
        return True
    if not _is_ours(pid, state):
        return True
    print(f"clean: stopping what runs in {state}")
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 60
    while _is_ours(pid, state):
        if time.monotonic() > deadline:
            print(f"clean: process {pid} did not stop; nothing was removed", file=sys.stderr)
            return False
        time.sleep(0.1)
    return True


def _is_ours(pid: int, state: Path) -> bool:
    """Tell whether the process lives and holds the lock of this state directory (a pid may have been reused)."""
    import fcntl

    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with (state / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _remove(path: Path) -> None:
    if path.exists():
        print(f"clean: removing {path}")
        shutil.rmtree(path)


if __name__ == "__main__":
    sys.exit(main())
