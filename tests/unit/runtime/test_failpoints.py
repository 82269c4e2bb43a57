"""Failpoints do nothing unless asked for, and then exactly what is asked, once if a marker says so."""

import os
import signal
import subprocess
import sys
from pathlib import Path

CODE = "from services.common.runtime.failpoints import failpoint; failpoint('here'); print('alive')"


def run(failpoints: str) -> subprocess.CompletedProcess[str]:
    """A process that comes by the point `here`."""
    environment = {**os.environ, "FORBEAR_FAILPOINTS": failpoints}
    return subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=False)


def test_other_points_and_no_points_do_nothing() -> None:
    assert run("").stdout == run("there=kill,elsewhere=stop").stdout == "alive\n"


def test_point_kills_without_a_last_word() -> None:
    done = run("there=stop,here=kill")
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "", "")


def test_marker_makes_it_happen_once(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    assert run(f"here=kill@{marker}").returncode == -signal.SIGKILL
    assert run(f"here=kill@{marker}").stdout == "alive\n"
