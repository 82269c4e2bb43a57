"""Routes: evidence."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from fastapi.responses import StreamingResponse

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.plans.schemas.base import Code, Reference
from services.plans.schemas.evidence import (
    AskForEvidence,
    AssessRevocation,
    DocumentReused,
    EvidenceAsked,
    EvidenceList,
    EvidenceReceipt,
    EvidenceRevokedView,
    ReuseDocument,
    ReviewEvidence,
    ReviewRecorded,
    RevokeEvidence,
)
from services.plans.service.evidence.upload import Document
from services.plans.service.plans_service import PlansService

# What a stranger sent is shown nowhere but by itself, for what it was found to be, and is kept by no cache.
STRANGE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def router(service: PlansService) -> APIRouter:
    """Handing evidence in, listing, reading and reviewing it."""
    routes = APIRouter(tags=["evidence"])

    @routes.post("/cases/{case_id}/evidence", status_code=201, response_model=EvidenceReceipt)
    async def upload_evidence(
        case_id: UUID,
        file: Annotated[UploadFile, File(description="PDF, JPEG, PNG, HEIC or CSV")],
        evidence_type: Annotated[Code, Form()],
        document_date: Annotated[date, Form()],
        caller: CommandCaller,
        stated_end: Annotated[date | None, Form()] = None,
        consent_ref: Annotated[Reference | None, Form(description="where the separate consent to it is kept")] = None,
        period_start: Annotated[date | None, Form(description="first day that it covers")] = None,
        period_end: Annotated[date | None, Form(description="last day that it covers")] = None,
    ) -> Response:
        """Hand in one document of the checklist; the receipt has its hash."""
        said = Document(evidence_type, document_date, stated_end, consent_ref, period_start, period_end)
        return respond(await service.uploads.receive(caller, case_id, file, said))

    @routes.get("/cases/{case_id}/evidence", response_model=EvidenceList)
    async def list_evidence(case_id: UUID, caller: AnyCaller) -> Response:
        """The checklist and the documents of a case, without contents."""
        return respond(Answer(await service.queries.evidence(caller, case_id)))

    @routes.post("/cases/{case_id}/evidence-reuses", status_code=201, response_model=DocumentReused)
    async def reuse_evidence(case_id: UUID, body: ReuseDocument, caller: CommandCaller) -> Response:
        """Have a document that was verified in another case of the borrower serve this one, with their consent."""
        return respond(await service.reuses.link(caller, case_id, body))

    @routes.post("/cases/{case_id}/evidence-requests", status_code=201, response_model=EvidenceAsked)
    async def ask_for_evidence(case_id: UUID, body: AskForEvidence, caller: CommandCaller) -> Response:
        """Ask the borrower for one document; asking again for the same takes a cause."""
        return respond(await service.requests.ask(caller, case_id, body))

    @routes.get("/evidence/{evidence_id}/receipt", response_model=EvidenceReceipt)
    async def read_receipt(evidence_id: UUID, caller: AnyCaller) -> Response:
        """The receipt of a document again, with its hash, and the ETag that a revocation must name."""
        return respond(await service.receipts.receipt(caller, evidence_id))

    @routes.get("/evidence/{evidence_id}/content", response_class=StreamingResponse)
    async def read_evidence(evidence_id: UUID, caller: AnyCaller) -> StreamingResponse:
        """A copy of a document that is safe to look at, written anew from its file; who looked is audited."""
        shown = await service.viewing.content(caller, evidence_id)
        headers = {
            "Content-Disposition": f'{"inline" if shown.inline else "attachment"}; filename="{evidence_id}"',
            "Content-Length": str(shown.size),
            **STRANGE,
        }
        return StreamingResponse(shown.content, media_type=shown.media_type, headers=headers)

    @routes.post("/evidence/{evidence_id}/reviews", status_code=201, response_model=ReviewRecorded)
    async def review_evidence(evidence_id: UUID, body: ReviewEvidence, caller: CommandCaller) -> Response:
        """Say whether a document is genuine and enough."""
        return respond(await service.reviews.review(caller, evidence_id, body))

    @routes.post("/evidence/{evidence_id}/revocation", status_code=201, response_model=EvidenceRevokedView)
    async def revoke_evidence(evidence_id: UUID, body: RevokeEvidence, caller: CommandCaller) -> Response:
        """Take a document back: the consent is withdrawn, or it was forged. What rests on it loses its basis."""
        return respond(await service.revocations.revoke(caller, evidence_id, body))

    @routes.post("/evidence/{evidence_id}/revocation/assessment", status_code=201, response_model=EvidenceRevokedView)
    async def assess_revocation(
        evidence_id: UUID,
        body: AssessRevocation,
        caller: CommandCaller,
        case_id: Annotated[UUID | None, Query(description="the further case that the document served")] = None,
    ) -> Response:
        """Say what becomes of a plan that binds and rested on a revoked document."""
        return respond(await service.revocations.assess(caller, evidence_id, body, case_id))

    return routes
