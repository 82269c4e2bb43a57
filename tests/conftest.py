"""Shared fixtures. Engines are started once per run; databases come from a migrated template."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.engines.engines import Engines
from sandbox.engines.state import State
from sandbox.engines.supervisor import Supervisor
from tests.databases import Databases, FreshDatabase

#: Tests in these folders talk to real engines; the marker lets a run leave them out with `-m "not engines"`.
ENGINE_FOLDERS = {"integration", "e2e", "chaos"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder they live in."""
    for item in items:
        if ENGINE_FOLDERS & set(Path(item.path).parts):
            item.add_marker(pytest.mark.engines)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engines]:
    """PostgreSQL without fsync, Temporal and a broker, for the whole run; those given by environment are used."""
    state = State(tmp_path_factory.mktemp("engines"))
    with state.locked():
        supervisor = Supervisor(state)
        found = Engines(state, supervisor, fsync=False)
        try:
            await found.start()
            yield found
        finally:
            await supervisor.stop_all()
    state.remove()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def databases(engines: Engines) -> Databases:
    """Databases on the run's server: `empty(name)` and, with the tables of a service, `fresh(service)`."""
    return Databases(engines)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def fresh_database(databases: Databases) -> FreshDatabase:
    """`await fresh_database("plans")`: the address of a new database with the tables of plans."""
    return databases.fresh
