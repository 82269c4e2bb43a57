"""The migrations of the services: each makes the tables that its code has, and can be taken back."""

import pytest

from services.common.runtime import migrate
from services.common.runtime.settings import SERVICES
from tests.databases import Databases


@pytest.mark.parametrize("service", SERVICES)
async def test_the_tables_in_code_are_those_that_the_migrations_make(service: str, databases: Databases) -> None:
    url = await databases.empty(f"check_{service}")
    await migrate.upgrade(service, url)
    await migrate.check(service, url)

    await migrate.downgrade(service, url, "base")
    assert await migrate.current(service, url) is None
