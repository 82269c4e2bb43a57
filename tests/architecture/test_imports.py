"""The import contracts of pyproject.toml hold, and each of them fails when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

#: (contract, file to plant, what the file says). The planted files have names nobody uses.
BREAKS = [
    ("independent", "services/intake/planted.py", "import services.plans"),
    ("independent", "services/desk/planted.py", "from services.contact import domain"),
    ("common-below", "services/common/runtime/planted.py", "import services.intake"),
    ("common-layers", "services/common/kernel/planted.py", "import services.common.contracts"),
    ("common-layers", "services/common/packs/planted.py", "import services.common.contracts"),
    ("common-layers", "services/common/contracts/planted.py", "import services.common.durable"),
    ("common-layers", "services/common/durable/planted.py", "import services.common.runtime"),
    ("common-layers", "services/common/runtime/planted.py", "import services.common.banking"),
    ("no-outside", "services/plans/planted.py", "import sandbox"),
    ("no-outside", "services/plans/planted.py", "import forbear"),
    ("sandbox-below-cli", "sandbox/planted.py", "import forbear"),
    ("kernel-pure", "services/common/kernel/planted.py", "import sqlalchemy"),
    ("domain-own", "services/followup/domain/planted.py", "import services.common.runtime"),
    ("domain-own", "services/followup/domain/planted.py", "import services.common.contracts"),
    ("domain-own", "services/followup/domain/planted.py", "import services.followup.api"),
    ("domain-own", "services/followup/domain/planted.py", "import fastapi"),
    ("edges-thin", "services/contact/api/planted.py", "import services.contact.workflows"),
    ("workflow-pure", "services/plans/workflows/planted.py", "import sqlalchemy"),
    ("workflow-pure", "services/plans/workflows/planted.py", "import aiokafka"),
]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports over a tree with the settings that lie in it."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [str(LINT), "--no-cache"]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def broken(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Return the names of the contracts that the report calls broken."""
    lines = (line.strip() for line in done.stdout.splitlines())
    return {line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")}


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    """Map contract ids to the names that lint-imports prints."""
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return {contract["id"]: contract["name"] for contract in settings["contracts"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what the linter reads."""
    for folder in ("forbear", "services", "sandbox", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.csv*"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_has_a_break(names: dict[str, str]) -> None:
    assert {contract for contract, _, _ in BREAKS} == set(names)


@pytest.mark.parametrize(("contract", "file", "text"), BREAKS)
def test_a_planted_import_breaks_its_contract(
    tree: Path, names: dict[str, str], contract: str, file: str, text: str
) -> None:
    (tree / file).write_text(text + "\n")
    done = lint(tree)
    assert done.returncode != 0
    assert names[contract] in broken(done), done.stdout


def test_an_indirect_import_breaks_the_workflow_contract(tree: Path, names: dict[str, str]) -> None:
    (tree / "services/plans/planted.py").write_text("import httpx\n")
    (tree / "services/plans/workflows/planted.py").write_text("import services.plans.planted\n")
    assert broken(lint(tree)) == {names["workflow-pure"]}
