"""The image: built from what is there, of pinned parts, complete, and run by nobody in particular."""

import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

from services.common.runtime.settings import SERVICES

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "deploy" / "docker"


@cache
def dockerfile() -> str:
    return (DOCKER / "Dockerfile").read_text()


def test_the_image_is_built_from_what_is_there_and_sent() -> None:
    sources = [
        source for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.M) for source in line.split()[:-1]
    ]
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    for source in sources:
        assert (ROOT / source).exists(), f"{source} is copied and not there"
        assert f"!{source}" in ignored, f"{source} is copied and not sent to the builder"


def test_the_image_runs_as_nobody_in_particular() -> None:
    final = dockerfile().rsplit("\nFROM ", 1)[1]
    user = re.findall(r"^USER (\d+):(\d+)$", final, re.M)
    assert user and all(int(number) >= 10_000 for number in user[-1])
    assert len(re.findall(r"^FROM ", dockerfile(), re.M)) == 2


def test_the_image_installs_only_what_is_pinned() -> None:
    installs = re.findall(r"pip (?:install|wheel) ([^\n\\&]+)", dockerfile())
    assert installs
    for arguments in installs:
        assert "--require-hashes" in arguments or "--no-index" in arguments, arguments


def test_the_wheel_of_the_image_carries_every_file(tmp_path: Path) -> None:
    packages = ("forbear", "services", "sandbox")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in packages:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    there = {
        str(path.relative_to(tmp_path)) for name in packages for path in (tmp_path / name).rglob("*") if path.is_file()
    }
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    done = subprocess.run([sys.executable, "-c", build], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        missing = there - set(wheel.namelist())
    # Examples of events are for tests and readers.
    assert {name for name in missing if not name.endswith(".md") and "/examples/" not in name} == set()


def test_what_runs_in_a_container_needs_only_what_is_installed_there() -> None:
    modules = ["sandbox.__main__", "services.common.runtime.serve", "services.common.runtime.kafka_topics"]
    modules += [f"services.{name}.bootstrap" for name in SERVICES]
    modules += [f"forbear.commands.{path.stem}" for path in (ROOT / "forbear" / "commands").glob("[a-z]*.py")]
    code = "import sys; from importlib import import_module; before = set(sys.modules); "
    code += "[import_module(name) for name in sys.argv[1:]]; "
    code += "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    done = subprocess.run([sys.executable, "-c", code, *modules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    installed = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements/runtime.txt").read_text(), re.M)) | {"forbear"}
    distributions = packages_distributions()
    for module in set(done.stdout.split()) & distributions.keys():
        names = {re.sub(r"[-_.]+", "-", name).lower() for name in distributions[module]}
        assert names & installed, f"{module} is not in the image"
