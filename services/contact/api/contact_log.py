"""Route of the borrower's copy of the log."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from services.common.documents.typesetting import MEDIA_TYPE
from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.pagination import PageAsked
from services.contact.schemas.contact_log import ContactLog
from services.contact.service.contact_log import ContactLogs

_FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}}}


def router(logs: ContactLogs) -> APIRouter:
    """GET /cases/{case_id}/contact-log."""
    routes = APIRouter(tags=["contact"])

    @routes.get(
        "/cases/{case_id}/contact-log", response_model=ContactLog, responses={200: {"content": {MEDIA_TYPE: {}}}}
    )
    async def read_contact_log(
        case_id: UUID,
        asked: PageAsked,
        caller: AnyCaller,
        party_id: Annotated[UUID | None, Query(description="another debtor's own log, which is no borrower's")] = None,
        language: Annotated[Literal["zh", "en"] | None, Query(description="the case's unless named")] = None,
        form: Annotated[
            Literal["json", "pdf"] | None, Query(alias="format", description="what Accept says unless named")
        ] = None,
        accept: Annotated[str, Header(description="application/pdf for the whole log as a document")] = "",
    ) -> Response:
        """The borrower's copy of all contact, in order of time: a page of it as JSON, or all of it as PDF."""
        if form == "pdf" or (form is None and _prefers_pdf(accept)):
            name = f'inline; filename="contact-log-{case_id}.pdf"'
            made = await logs.pdf(caller, case_id, language, party_id)
            return Response(made, media_type=MEDIA_TYPE, headers={"Content-Disposition": name, "Vary": "Accept"})
        return respond(Answer(await logs.page(caller, case_id, asked, language, party_id)))

    return routes


def _prefers_pdf(accept: str) -> bool:
    """Whether PDF is named, and before JSON."""
    named = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return next((one == MEDIA_TYPE for one in named if one in (MEDIA_TYPE, "application/json")), False)
