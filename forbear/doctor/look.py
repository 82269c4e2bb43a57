"""What the checks look through: every store of an installation, read-only, each read once where that is enough."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from forbear.doctor.databases import Databases
from forbear.doctor.places import Places
from forbear.doctor.store import Store
from forbear.doctor.topics import OnTopic, read_all
from forbear.doctor.verdicts import CannotLook
from forbear.doctor.workflows import Workflows
from services.common.runtime.clock import wall_now
from services.common.runtime.settings import SERVICES

#: Where business time flows, what is younger than this may still be on its way.
GRACE = timedelta(seconds=60)


class Look:
    """One examination. `histories` is how many workflow histories are read at most; None: 3000."""

    def __init__(self, places: Places, histories: int | None = None) -> None:
        self.places = places
        self.histories = histories
        self.services: Sequence[str] = SERVICES
        self._databases = Databases(places.databases)
        self._workflows: Workflows | None = None
        self._messages: list[OnTopic] | None = None
        self.topics_read_at = wall_now()

    @property
    def grace(self) -> timedelta:
        """How long something may be on its way: not at all on a lapse clock, which moves only when all is at rest."""
        return GRACE if self.places.clock.flows else timedelta(0)

    def now(self) -> datetime:
        """Business time."""
        try:
            return self.places.clock.now()
        except (OSError, ValueError) as error:
            raise CannotLook(f"the clock: {type(error).__name__}") from None

    async def rows(self, database: str, query: str, *arguments: Any) -> list[Any]:
        """The rows of a query on the database of a service, or of the sandbox, all at the instant of the first look."""
        return await self._databases.rows(database, query, *arguments)

    async def open_cases(self) -> dict[UUID, str]:
        """Every open case with its state."""
        rows = await self.rows("intake", "SELECT case_id, state FROM collections_case WHERE state <> 'CLOSED'")
        return {row["case_id"]: row["state"] for row in rows}

    async def anew(self) -> None:
        """Forget the instant of the first look: what is read from here on is what is there then."""
        await self._databases.anew()

    async def messages(self) -> list[OnTopic]:
        """Everything on the topics, read once; `topics_read_at` says when that began, on wall time."""
        if self._messages is None:
            if self.places.kafka is None:
                raise CannotLook("nobody says where the broker is")
            self.topics_read_at = wall_now()
            self._messages = await read_all(self.places.kafka)
        return self._messages

    async def workflows(self) -> Workflows:
        """Temporal."""
        if self._workflows is None:
            if self.places.temporal is None:
                raise CannotLook("nobody says where Temporal is")
            self._workflows = await Workflows.connect(self.places.temporal, self.places.namespace)
        return self._workflows

    def evidence(self) -> Store:
        """The store of evidence files."""
        if self.places.evidence is None:
            raise CannotLook("nobody says where the evidence is kept")
        return Store(self.places.evidence)

    async def sandbox(self, path: str) -> Any:
        """What the sandbox answers to a GET, as JSON."""
        if self.places.sandbox is None:
            raise CannotLook("there is no bank that the doctor may ask")
        return (await fetch(self.places.sandbox + path, "the sandbox")).json()

    async def close(self) -> None:
        await self._databases.close()


async def fetch(url: str, name: str) -> httpx.Response:
    """GET, or CannotLook with the name of who did not answer well."""
    try:
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.get(url)).raise_for_status()
    except httpx.HTTPStatusError as error:
        raise CannotLook(f"{name} answers {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise CannotLook(f"{name}: {type(error).__name__}") from None


@asynccontextmanager
async def looking(places: Places, histories: int | None = None) -> AsyncIterator[Look]:
    """A look whose connections are closed at the end."""
    look = Look(places, histories)
    try:
        yield look
    finally:
        await look.close()
