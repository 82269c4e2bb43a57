"""Intake's API as contact uses it."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.service_client import ServiceClient
from services.contact.service.people.learning import BorrowerContacts
from services.contact.service.talks.accounts import AccountFacts, AccountFigures, ToldRequest


class HttpIntake:
    """Reads borrowers with contact's own token; intake records each reading."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def borrower(self, case_id: UUID, caller: Caller) -> BorrowerContacts:
        """Who the borrower of a case is. NotFound, Forbidden, Unavailable."""
        answer = await self._client.get(f"/v1/cases/{case_id}/borrower", caller=caller)
        return answer.read(BorrowerContacts)

    async def case(self, case_id: UUID, caller: Caller) -> AccountFacts:
        """A case with the figures that intake has. NotFound, Unavailable."""
        answer = await self._client.get(f"/v1/cases/{case_id}", caller=caller)
        return answer.read(AccountFacts)

    async def figures(self, case_id: UUID, caller: Caller, key: str) -> AccountFigures:
        """A case with figures that intake asks the core for now. NotFound, Conflict, Unavailable."""
        answer = await self._client.post(f"/v1/cases/{case_id}/figures", caller=caller, idempotency_key=key)
        return answer.read(AccountFigures)

    async def record_request(self, case_id: UUID, told: ToldRequest, caller: Caller, key: str) -> None:
        """Hand over cause and request, once for each key. Conflict, InvalidInput, NotFound, Unavailable."""
        await self._client.post(f"/v1/cases/{case_id}/requests", told, caller=caller, idempotency_key=key)

    async def party(self, case_id: UUID, party_id: UUID, caller: Caller) -> BorrowerContacts:
        """Who another party of a case is. NotFound, Forbidden, Unavailable."""
        answer = await self._client.get(f"/v1/cases/{case_id}/parties/{party_id}", caller=caller)
        return answer.read(BorrowerContacts)
