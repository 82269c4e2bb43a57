"""Routes of what persons ask of us and agree to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller, caller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import PageAsked
from services.contact.schemas.consents import Consents, ConsentShown, RecordConsent
from services.contact.schemas.preferences import PreferencesShown, PutPreferences
from services.contact.service.people.consents import ConsentRegister
from services.contact.service.people.preferences import PreferenceRegister

PartyId = Annotated[UUID | None, Query(description="whose, if not the borrower's: a joint debtor or guarantor")]


def router(preferences: PreferenceRegister, consents: ConsentRegister) -> APIRouter:
    """Routes of preferences and consents."""
    routes = APIRouter(tags=["people"])

    @routes.get("/cases/{case_id}/contact-preferences", response_model=PreferencesShown)
    async def read_preferences(case_id: UUID, caller: AnyCaller, party_id: PartyId = None) -> Response:
        """What a person asks of us over all their cases, with its version as ETag."""
        return respond(await preferences.read(caller, case_id, party_id))

    @routes.put("/cases/{case_id}/contact-preferences", response_model=PreferencesShown)
    async def put_preferences(
        case_id: UUID, body: PutPreferences, asking: Annotated[Caller, Depends(caller)], party_id: PartyId = None
    ) -> Response:
        """Keep all that a person asks of us from now on. Needs If-Match; what was there before is kept too."""
        return respond(await preferences.put(asking, case_id, party_id, body))

    @routes.post("/cases/{case_id}/consents", response_model=ConsentShown, status_code=201)
    async def record_consent(case_id: UUID, body: RecordConsent, caller: CommandCaller) -> Response:
        """Keep what a person agreed to, until they take it back."""
        return respond(await consents.record(caller, case_id, body))

    @routes.get("/cases/{case_id}/consents", response_model=Consents)
    async def list_consents(case_id: UUID, asked: PageAsked, caller: AnyCaller, party_id: PartyId = None) -> Response:
        """All consents of a person, those that were taken back too."""
        return respond(Answer(await consents.of_case(caller, case_id, party_id, asked)))

    @routes.post("/consents/{consent_id}/revocation", response_model=ConsentShown)
    async def revoke_consent(consent_id: UUID, caller: CommandCaller) -> Response:
        """Take a consent back, at once."""
        return respond(await consents.revoke(caller, consent_id))

    return routes
