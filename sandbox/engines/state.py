"""The state directory of one local stack: where its data, logs, secrets and ports are, and who holds it.

Layout below `FORBEAR_STATE` (default `.forbear`):

    lock  supervisor.pid  status.json  ports.json  secrets.json and environment.json (0600)  clock (lapse mode)
    logs/NAME.log         data/ENGINE/
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Where data goes that an unprivileged user must reach when the state directory cannot be traversed by it.
TWINS = Path("/var/tmp")  # noqa: S108 - the directory is made with a mode, and refused when somebody else owns it


class StateInUse(RuntimeError):
    """Another supervisor holds this state directory."""


class State:
    """One state directory. `make()` makes it, `locked()` holds it; reading needs neither."""

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = Path(root or os.environ.get("FORBEAR_STATE") or ".forbear").resolve()

    def make(self) -> "State":
        """Make the directory when there is none, and return self."""
        for folder in (self.logs, self.data):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    @property
    def logs(self) -> Path:
        """One log file for each process."""
        return self.root / "logs"

    @property
    def data(self) -> Path:
        """One folder for each engine."""
        return self.root / "data"

    @property
    def clock(self) -> Path:
        """The file that holds business time in lapse mode."""
        return self.root / "clock"

    @property
    def twin(self) -> Path:
        """The directory under /var/tmp that belongs to this one (also computed by tools/clean.py)."""
        return TWINS / f"forbear-{hashlib.sha256(str(self.root).encode()).hexdigest()[:16]}"

    def make_twin(self) -> Path:
        """Make the twin with mode 0711; raise PermissionError when its name was taken by somebody else."""
        try:
            self.twin.mkdir(mode=0o711)
        except FileExistsError:
            found = self.twin.lstat()
            if not self.twin.is_dir() or self.twin.is_symlink() or found.st_uid != os.geteuid():
                raise PermissionError(f"{self.twin} exists and is not ours; remove it") from None
        self.twin.chmod(0o711)  # whatever the umask is
        (self.twin / "owner").write_text(str(self.root))
        _sweep_twins()
        return self.twin

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this directory for the life of a supervisor; raise StateInUse when another one does."""
        self.make()
        with (self.root / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StateInUse(f"{self.root} is in use by process {self.holder() or 'unknown'}") from None
            pid_file = self.root / "supervisor.pid"
            pid_file.write_text(f"{os.getpid()}\n")
            try:
                yield
            finally:
                pid_file.unlink(missing_ok=True)

    def holder(self) -> int | None:
        """Return the pid of the supervisor that holds this directory, or None when nobody does."""
        try:
            with (self.root / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
        except FileNotFoundError:
            return None
        except BlockingIOError:
            pass
        try:
            return int((self.root / "supervisor.pid").read_text())
        except (FileNotFoundError, ValueError):  # it has the lock and is about to write, or to leave
            return None

    def read_json(self, name: str) -> Any:
        """Return what a JSON file of this directory holds, or None when there is none."""
        try:
            return json.loads((self.root / name).read_text())
        except FileNotFoundError:
            return None

    def write_json(self, name: str, value: Any, mode: int = 0o644) -> None:
        """Replace a JSON file of this directory in one step."""
        part = self.root / f".{name}.{os.getpid()}"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w") as file:
            json.dump(value, file, indent=1, sort_keys=True)
        part.replace(self.root / name)

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> str:
        """Return a secret of this stack, made the first time it is asked for."""
        held: dict[str, str] = self.read_json("secrets.json") or {}
        if name not in held:
            held[name] = make()
            self.write_json("secrets.json", held, mode=0o600)
        return held[name]

    def remove(self) -> None:
        """Remove the directory and its twin; raise StateInUse when a supervisor holds it."""
        if pid := self.holder():
            raise StateInUse(f"{self.root} is in use by process {pid}")
        for path in (self.twin, self.root):
            shutil.rmtree(path, ignore_errors=not path.exists())


def _sweep_twins() -> None:
    """Remove our twins whose state directory is gone, as after a killed test run."""
    for twin in TWINS.glob("forbear-*"):
        owner = twin / "owner"
        if twin.is_symlink() or twin.lstat().st_uid != os.geteuid() or not owner.is_file():
            continue
        if not Path(owner.read_text()).exists():
            shutil.rmtree(twin, ignore_errors=True)
