"""Contact's API as intake uses it."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.common.kernel.errors import NotFound
from services.common.runtime.caller import Caller
from services.common.runtime.service_client import ServiceClient
from services.intake.service.papers import LogLine

_AT_ONCE = "100"


class _PageOfLog(BaseModel):
    model_config = ConfigDict(extra="ignore")

    items: list[LogLine]
    next: str | None


class HttpContact:
    """Reads the log with intake's own token; contact records the reading."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def log(self, case_id: UUID, caller: Caller) -> list[LogLine]:
        """The whole log, oldest first; nothing of a case that contact has not heard of. Unavailable."""
        found: list[LogLine] = []
        asked = {"limit": _AT_ONCE}
        while True:
            try:
                answer = await self._client.get(f"/v1/cases/{case_id}/contact-log", caller=caller, params=asked)
            except NotFound:
                return found
            page = answer.read(_PageOfLog)
            found += page.items
            if page.next is None:
                return found
            asked = {"limit": _AT_ONCE, "cursor": page.next}
