"""Contact's API as followup uses it."""

from uuid import UUID

from pydantic import BaseModel

from services.common.runtime.caller import Caller
from services.common.runtime.service_client import ServiceClient
from services.followup.service.care.summaries import Asked

_MOST = "200"


class _Preferences(BaseModel):
    language: str | None = None
    preferred_channel: str | None = None
    stopped_channels: list[str] = []


class _Consent(BaseModel):
    kind: str
    channel: str | None = None
    in_force: bool


class _Consents(BaseModel):
    items: list[_Consent]


class HttpContact:
    """Reads what a borrower asks of us and agreed to, with followup's own token."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def asked_of_us(self, case_id: UUID, caller: Caller) -> Asked:
        """Preferences and consents of the borrower of a case. NotFound, Forbidden, Unavailable."""
        path = f"/v1/cases/{case_id}"
        wishes = (await self._client.get(f"{path}/contact-preferences", caller=caller)).read(_Preferences)
        answer = await self._client.get(f"{path}/consents", caller=caller, params={"limit": _MOST})
        agreed = answer.read(_Consents).items
        channels = [one.channel for one in agreed if one.kind == "channel" and one.in_force and one.channel]
        return Asked(wishes.language, wishes.preferred_channel, tuple(wishes.stopped_channels), tuple(channels))
