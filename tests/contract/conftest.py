"""The small service behind the real edge."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.edge import Edge, running_edge


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with running_edge() as running:
        yield running
