"""State directories of engines that a test starts for itself."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.engines.state import State


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
