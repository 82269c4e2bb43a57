"""What the borrower keeps of a document that was handed in."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.plans.errors import UnknownEvidence
from services.plans.models import Evidence
from services.plans.repository import cases
from services.plans.repository import evidence as repository
from services.plans.schemas.evidence import EvidenceReceipt
from services.plans.service.context import Context, require_negotiator_or_borrower
from services.plans.texts import NOT_GUARANTEED


def receipt_of(row: Evidence, language: str) -> EvidenceReceipt:
    """What was received, its hash, and that the result is not promised."""
    return EvidenceReceipt(
        evidence_id=row.evidence_id,
        case_id=row.case_id,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        received_at=row.uploaded_at,
        notice=NOT_GUARANTEED["zh" if language == "zh" else "en"],
    )


class Receipts:
    """Gives receipts again."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def receipt(self, caller: Caller, evidence_id: UUID) -> Answer:
        """The receipt of a document, for its borrower and those who negotiate. UnknownEvidence."""
        require_negotiator_or_borrower(caller)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            row = await repository.get_evidence(session, evidence_id, seen)
            found = None if row is None else await cases.present(session, row.case_id, seen)
        if row is None or found is None:
            raise UnknownEvidence("there is no evidence of this id")
        return Answer(receipt_of(row, found[0].language), etag=row.revision)
