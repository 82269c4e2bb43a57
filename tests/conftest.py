"""Shared fixtures. Engines are started once per run; databases come from a migrated template."""

from pathlib import Path

import pytest

#: Tests in these folders talk to real engines; the marker lets a run leave them out with `-m "not engines"`.
ENGINE_FOLDERS = {"integration", "e2e", "chaos"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder they live in."""
    for item in items:
        if ENGINE_FOLDERS & set(Path(item.path).parts):
            item.add_marker(pytest.mark.engines)
