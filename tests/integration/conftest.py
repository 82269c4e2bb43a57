"""State directories of engines that a test starts for itself, and the installation that the doctor looks at."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.engines.engines import Engines
from sandbox.engines.state import State
from tests.databases import Databases
from tests.integration.clinic import Clinic
from tests.integration.clinic_rows import FILE, FILE_KEY


@pytest.fixture
async def private(tmp_path: Path) -> AsyncIterator[Callable[[str], State]]:
    """Make state directories inside a directory that only its owner may enter; all are removed afterwards."""
    tmp_path.chmod(0o700)
    made: list[State] = []

    def make(name: str) -> State:
        made.append(State(tmp_path / name))
        return made[-1]

    yield make
    for state in made:
        state.remove()


@pytest.fixture(scope="session")
async def ward(engines: Engines, databases: Databases) -> Clinic:
    """A healthy installation; nobody writes to it, only to copies."""
    return await Clinic.open(engines.superuser_url, databases)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with the log of one service, and with the one file of evidence."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "plans.log").write_text('{"event": "starting"}\n')
    file = tmp_path / "evidence" / FILE_KEY
    file.parent.mkdir(parents=True)
    file.write_bytes(FILE)
    return tmp_path
