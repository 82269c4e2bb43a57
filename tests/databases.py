"""Databases for tests: migrated once per run, then copied for each test that wants a fresh one."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from sandbox.engines.engines import Engines
from services.common.runtime.migrate import upgrade

FreshDatabase = Callable[[str], Awaitable[str]]


class Databases:
    """Makes databases on one server; a migrated template per service is made at first use and copied afterwards."""

    def __init__(self, engines: Engines) -> None:
        self._superuser_url = engines.superuser_url
        self._numbers = count(1)
        self._templates: dict[str, asyncio.Future[str]] = {}

    async def empty(self, name: str) -> str:
        """A new database without tables; the address with the asyncpg driver."""
        return await self._create(f"t{next(self._numbers)}_{name}", "template0")

    async def fresh(self, service: str) -> str:
        """A new database with the tables of `service`; the address with the asyncpg driver."""
        if service not in self._templates:
            self._templates[service] = asyncio.ensure_future(self._template(service))
        template = await self._templates[service]
        return await self._create(f"t{next(self._numbers)}_{service}", template)

    async def _template(self, service: str) -> str:
        name = f"template_{service}"
        await upgrade(service, await self._create(name, "template0"))
        return name

    async def _create(self, name: str, template: str) -> str:
        connection = await asyncpg.connect(self._superuser_url)
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        parts = urlsplit(self._superuser_url)
        return urlunsplit(("postgresql+asyncpg", parts.netloc, f"/{name}", "", ""))
