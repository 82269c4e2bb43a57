"""What borrowers were asked for, document by document, and what answered it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.encryption import encrypt
from services.common.runtime.sql import Sql
from services.plans.models import Checklist, EvidenceRequest
from services.plans.repository.rows import columns, take
from services.plans.vocabulary import RequestCause

_REQUESTS = f"SELECT {columns(EvidenceRequest, 'q')} FROM evidence_request q"  # noqa: S608 - made of constants
OPEN = Sql(f"{_REQUESTS} WHERE checklist_id = :checklist_id AND evidence_id IS NULL ORDER BY number")
ASK = Sql(
    """
    INSERT INTO evidence_request (checklist_id, number, case_id, evidence_type, cause, reasons, requested_by,
        requested_at)
    SELECT :checklist_id, (SELECT count(*) FROM evidence_request WHERE checklist_id = :checklist_id) + n, :case_id,
        :evidence_type, :cause, :reasons, :requested_by, :requested_at
    FROM generate_series(1, CAST(:items AS int)) n
    """
)
ANSWER = Sql(
    "UPDATE evidence_request SET evidence_id = :evidence_id WHERE checklist_id = :checklist_id AND number = :number"
)


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Which type a person asks for, and why it is asked for again; nothing where the checklist itself asks."""

    evidence_type: str | None = None
    cause: RequestCause | None = None
    reasons: str | None = None


FIRST_TIME = AskedAgain()


async def ask(
    session: AsyncSession,
    checklist: Checklist,
    items: int,
    by: str,
    at: datetime,
    again: AskedAgain,
) -> None:
    """Keep that `items` documents were asked for, under the lock of their case."""
    values = {
        "checklist_id": checklist.checklist_id,
        "case_id": checklist.case_id,
        "items": items,
        "evidence_type": None
        if again.evidence_type is None
        else encrypt(again.evidence_type, "evidence_request.evidence_type"),
        "cause": again.cause,
        "reasons": None if again.reasons is None else encrypt(again.reasons, "evidence_request.reasons"),
        "requested_by": by,
        "requested_at": at,
    }
    await ASK.run(session, values)


async def unanswered(session: AsyncSession, checklist_id: UUID) -> Sequence[EvidenceRequest]:
    """What a checklist still asks for, in order."""
    rows = await OPEN.run(session, {"checklist_id": checklist_id})
    return [take(EvidenceRequest, "q", row) for row in rows.mappings().all()]


async def answer(session: AsyncSession, request: EvidenceRequest, evidence_id: UUID) -> None:
    """Keep which document answers what was asked for."""
    values = {"checklist_id": request.checklist_id, "number": request.number, "evidence_id": evidence_id}
    await ANSWER.run(session, values)
