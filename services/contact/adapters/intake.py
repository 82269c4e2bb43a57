"""Intake's API as contact uses it."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.service_client import ServiceClient
from services.contact.service.numbers import BorrowerContacts


class HttpIntake:
    """Reads borrowers with contact's own token; intake records each reading."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def borrower(self, case_id: UUID, caller: Caller) -> BorrowerContacts:
        """Who the borrower of a case is. NotFound, Forbidden, Unavailable."""
        answer = await self._client.get(f"/v1/cases/{case_id}/borrower", caller=caller)
        return answer.read(BorrowerContacts)
