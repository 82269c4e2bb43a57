"""Make `.venv` from the pinned requirements, with the project in it. Standard library only; idle when up to date."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".forbear-stamp"
REQUIREMENTS = ROOT / "requirements" / "dev.txt"
#: What the environment depends on: a change of any of these installs again.
INPUTS = (REQUIREMENTS, ROOT / "requirements" / "runtime.in", ROOT / "pyproject.toml", Path(__file__))
MINIMUM = (3, 11)


def main() -> int:
    """Return 0 when the environment is ready, 1 with a sentence on stderr when it cannot be made."""
    # Compared as a plain tuple, so that an older interpreter says this and not a syntax error.
    if sys.version_info[:2] < MINIMUM:
        return _fail(
            f"Python {MINIMUM[0]}.{MINIMUM[1]} or newer is needed; this is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 ..."
        )
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and (VENV / "bin" / "forbear").exists():
        return 0
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return _fail(
            f"This Python ({sys.executable}) has no 'venv' or no 'ensurepip'. "
            f"On Debian and Ubuntu: apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    started = time.monotonic()
    if VENV.exists() and not _usable():
        _say("removing a virtual environment that does not run")
        shutil.rmtree(VENV)
    if not VENV.exists():
        _say(f"making {VENV} with Python {sys.version.split()[0]}")
        if _run([sys.executable, "-m", "venv", str(VENV)]):
            shutil.rmtree(VENV, ignore_errors=True)
            return _fail(f"'{sys.executable} -m venv' did not succeed; see above")
    STAMP.unlink(missing_ok=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    count = sum("==" in line and not line.startswith(("#", " ")) for line in REQUIREMENTS.read_text().splitlines())
    _say(f"installing up to {count} pinned packages (some hundred megabytes the first time)")
    if _run([*pip, "install", "--quiet", "--require-hashes", "-r", str(REQUIREMENTS)]):
        return _fail("pip could not install the pinned requirements; see above")
    _say("installing the project itself")
    if _run([*pip, "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--editable", str(ROOT)]):
        return _fail("pip could not install the project; see above")
    STAMP.write_text(wanted)
    _say(f"ready after {time.monotonic() - started:.0f} s")
    return 0


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{ROOT}\n{sys.version_info[:2]}".encode())
    for path in INPUTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _usable() -> bool:
    """Tell whether the interpreter in the environment is of this version and starts (a moved clone breaks it)."""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    code = "import sys, pip; print(sys.prefix, *sys.version_info[:2])"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.split() == [str(VENV), *map(str, sys.version_info[:2])]


def _run(command: list[str]) -> int:
    # A virtual environment that is active in the caller's shell must not leak into this one.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _say(text: str) -> None:
    print(f"bootstrap: {text}", flush=True)


def _fail(text: str) -> int:
    print(f"bootstrap: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
