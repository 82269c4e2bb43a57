"""Documents and their reviews; under the lock of their case they change by the statements of this file alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.encryption import decrypt, encrypt
from services.common.runtime.sql import Sql
from services.plans.domain.evidence import EvidenceItem, EvidenceState
from services.plans.models import Evidence, EvidenceReview, EvidenceRevocation
from services.plans.repository.access import EVERYTHING, Seen, visible
from services.plans.repository.rows import columns, take

_TYPE, _REASONS, _REVOKED = "evidence.evidence_type", "evidence_review.reasons", "evidence_revocation.reasons"
ONE = Sql(
    f"SELECT {columns(Evidence, 'e')} FROM evidence e "  # noqa: S608 - constants
    f"WHERE evidence_id = :evidence_id AND {visible('e.case_id')}"
)
SERVED = Sql(
    f"SELECT {columns(Evidence, 'e')} FROM evidence e WHERE evidence_id = :evidence_id AND ("  # noqa: S608 - constants
    f"{visible('e.case_id')} OR EXISTS (SELECT FROM evidence_reuse u WHERE u.evidence_id = e.evidence_id "
    f"AND {visible('u.case_id')}))"
)
OF_CASE = Sql(
    f"""
    SELECT {columns(Evidence, "e")}, r.reviewer, r.method, u.expires_on AS reused_until, u.consented_by AS reused_for
    FROM evidence e LEFT JOIN evidence_review r USING (evidence_id)
        LEFT JOIN evidence_reuse u ON u.evidence_id = e.evidence_id AND u.case_id = :case_id
    WHERE e.evidence_id IN (
        SELECT evidence_id FROM evidence WHERE case_id = :case_id
        UNION SELECT evidence_id FROM evidence_reuse WHERE case_id = :case_id
    ) ORDER BY e.uploaded_at, e.number
    """  # noqa: S608 - made of constants
)
COUNTING = Sql(
    """
    SELECT evidence_id, evidence_type, state, expires_on, e.uploaded_by, r.reviewer
    FROM (
        SELECT evidence_id, evidence_type, state, expires_on, uploaded_by, uploaded_at, number FROM evidence
        WHERE case_id = :case_id AND (checklist_id = :checklist_id OR state = 'VERIFIED')
        UNION ALL
        SELECT evidence_id, evidence_type, state, least(o.expires_on, u.expires_on), uploaded_by, uploaded_at, number
        FROM evidence_reuse u JOIN evidence o USING (evidence_id) WHERE u.case_id = :case_id AND state = 'VERIFIED'
    ) e LEFT JOIN evidence_review r USING (evidence_id) ORDER BY uploaded_at, number
    """
)
REVIEW = Sql(
    """
    WITH reviewed AS (
        INSERT INTO evidence_review (evidence_id, reviewer, uploaded_by, result, method, reasons, reviewed_at)
        VALUES (:evidence_id, :reviewer, :uploaded_by, :result, :method, :reasons, :reviewed_at)
    )
    UPDATE evidence SET state = :state, stated_end = :stated_end, expires_on = :expires_on, revision = :revision
    WHERE evidence_id = :evidence_id
    """
)
MOVE = Sql("UPDATE evidence SET state = :state, revision = revision + 1 WHERE evidence_id = ANY(:ids)")
# What serves a case from another one expires where it was handed in.
EXPIRE_OWN = Sql(
    "UPDATE evidence SET state = 'EXPIRED', revision = revision + 1 "
    "WHERE evidence_id = ANY(:ids) AND case_id = :case_id"
)
EXPIRE = Sql(
    "UPDATE evidence SET state = 'EXPIRED', revision = revision + 1 "
    "WHERE state = 'VERIFIED' AND expires_on < :day RETURNING evidence_id, case_id"
)
KNOWN_KEYS = Sql("SELECT object_key FROM evidence WHERE object_key = ANY(:keys)")
REVOKE = Sql(
    """
    WITH revoked AS (
        INSERT INTO evidence_revocation (evidence_id, cause, revoked_by, reasons, revoked_at)
        VALUES (:evidence_id, :cause, :revoked_by, :reasons, :revoked_at)
    )
    UPDATE evidence SET state = :state, revision = :revision WHERE evidence_id = :evidence_id
    """
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document with who reviewed it, and how; None before. One of another case serves until `reused_until`, as the
    debtor `reused_for` consented."""

    row: Evidence
    reviewer: str | None = None
    method: str | None = None
    reused_until: date | None = None
    reused_for: str | None = None

    @property
    def expires_on(self) -> date | None:
        """The last day on which it supports a decision of the case that asks."""
        ends = [day for day in (self.row.expires_on, self.reused_until) if day is not None]
        return min(ends, default=None)


async def get_evidence(session: AsyncSession, evidence_id: UUID, seen: Seen = EVERYTHING) -> Evidence | None:
    """One document, which whoever has not locked its case may have to be allowed to see."""
    row = (await ONE.run(session, {"evidence_id": evidence_id, **seen.values()})).mappings().one_or_none()
    return None if row is None else take(Evidence, "e", row)


async def get_served(session: AsyncSession, evidence_id: UUID, seen: Seen) -> Evidence | None:
    """The same, also for whoever may see a further case that the document serves."""
    row = (await SERVED.run(session, {"evidence_id": evidence_id, **seen.values()})).mappings().one_or_none()
    return None if row is None else take(Evidence, "e", row)


async def of_case(session: AsyncSession, case_id: UUID) -> list[Document]:
    """Every document of a case, of all rounds, and those of other cases that serve it, in the order of arrival."""
    rows = (await OF_CASE.run(session, {"case_id": case_id})).mappings().all()
    return [
        Document(take(Evidence, "e", row), row["reviewer"], row["method"], row["reused_until"], row["reused_for"])
        for row in rows
    ]


async def items_for(session: AsyncSession, case_id: UUID, checklist_id: UUID) -> tuple[EvidenceItem, ...]:
    """What counts for a checklist: its own documents, and those of earlier rounds or other cases that were verified."""
    rows = await COUNTING.run(session, {"case_id": case_id, "checklist_id": checklist_id})
    return tuple(
        _item(
            row.evidence_id, decrypt(row.evidence_type, _TYPE), row.state, row.expires_on, row.uploaded_by, row.reviewer
        )
        for row in rows.all()
    )


async def review(session: AsyncSession, evidence: Evidence, review: EvidenceReview) -> None:
    """Keep what a reviewer said of a locked document, and what became of it."""
    reasons = None if review.reasons is None else encrypt(review.reasons, _REASONS)
    await REVIEW.run(session, {**dict(evidence), **dict(review), "reasons": reasons})


async def move(session: AsyncSession, evidence_ids: Iterable[UUID], state: EvidenceState) -> None:
    """Put documents of a locked case in another state."""
    await MOVE.run(session, {"ids": list(evidence_ids), "state": state})


async def expire_own(session: AsyncSession, case_id: UUID, evidence_ids: Iterable[UUID]) -> None:
    """Write of documents of a locked case that they have expired."""
    await EXPIRE_OWN.run(session, {"ids": list(evidence_ids), "case_id": case_id})


async def revoke(session: AsyncSession, evidence: Evidence, revocation: EvidenceRevocation) -> None:
    """Keep why a document of a locked case supports nothing any more."""
    reasons = None if revocation.reasons is None else encrypt(revocation.reasons, _REVOKED)
    await REVOKE.run(session, {**dict(evidence), **dict(revocation), "reasons": reasons})


async def expire(session: AsyncSession, day: date) -> list[tuple[UUID, UUID]]:
    """Write of every verified document whose last day is before `day` that it has expired; its id and its case.

    It needs no lock of a case: whoever judges a document goes by its last day.
    """
    return [(row.evidence_id, row.case_id) for row in (await EXPIRE.run(session, {"day": day})).all()]


async def known_keys(session: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a document refers to."""
    return set((await KNOWN_KEYS.run(session, {"keys": list(keys)})).scalars().all())


def item_of(document: Document) -> EvidenceItem:
    """What a document and its review say, as the rules take it."""
    row = document.row
    return _item(row.evidence_id, row.evidence_type, row.state, document.expires_on, row.uploaded_by, document.reviewer)


def _item(
    evidence_id: UUID, kind: str, state: str, expires_on: date | None, uploaded_by: str, reviewer: str | None
) -> EvidenceItem:
    return EvidenceItem(
        evidence_id=str(evidence_id),
        document_type=kind,
        state=EvidenceState(state),
        valid_through=expires_on,
        uploaded_by=uploaded_by,
        reviewed_by=reviewer,
    )
