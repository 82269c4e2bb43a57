"""The town is built once per run; each test tells the story of an account of its own."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from sandbox.engines.state import State
from tests.e2e.story import Story
from tests.e2e.town import Town, town

NewStory = Callable[..., Story]


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="town")
async def running_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Five services, engines and the sandbox, on a clock that only stories move."""
    state = State(tmp_path_factory.mktemp("town"))
    try:
        async with town(state.root) as found:
            yield found
    finally:
        state.remove()


@pytest.fixture
def story(town: Town, request: pytest.FixtureRequest) -> Story:
    """The story of an account that is 45 days past due, or as many as the marker of the test says."""
    marker = request.node.get_closest_marker("days_past_due")
    return Story(town, request.node.name.removeprefix("test_"), days_past_due=marker.args[0] if marker else 45)
