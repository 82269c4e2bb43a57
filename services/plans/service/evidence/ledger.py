"""What of a document is shown to whom."""

import json
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from services.common.runtime.caller import Caller
from services.plans.domain.evidence import EvidenceState
from services.plans.models import Evidence, EvidenceCheck, PlanCase
from services.plans.repository.evidence import Document
from services.plans.schemas.evidence import CheckView, EvidenceView, ReusableView
from services.plans.service.context import BORROWER, JUDGES_OF_EVIDENCE
from services.plans.service.roles_shown import document_for
from services.plans.vocabulary import CheckResult


def shown_to(
    caller: Caller, borrower_id: UUID | None, document: Document, made: Iterable[EvidenceCheck], day: date
) -> EvidenceView:
    """A document for one who asks; `borrower_id` is the debtor for whom a portal does, when it is one.

    Checks, and what the file says of itself, are for those who judge it: a borrower hears nothing of other cases. The
    type of a document that was handed in under a consent of its own tells of health: it is for them and the one who
    consented only, not for who owes the debt with them, and for nobody once that consent is gone (Articles 28 and 47
    PIPL).
    """
    row = document.row
    judges = bool(caller.roles & JUDGES_OF_EVIDENCE)
    own = (caller.acting_for or "").startswith(BORROWER)
    revoked = row.state == EvidenceState.REVOKED
    theirs = own and row.consented_by == f"{BORROWER}{borrower_id}"
    masked = row.consent_ref is not None and (revoked or not (judges or theirs))
    until = document.expires_on
    over = row.state == EvidenceState.VERIFIED and until is not None and until < day
    provenance = document.reused_for is not None and (not own or document.reused_for == f"{BORROWER}{borrower_id}")
    view = EvidenceView(
        evidence_id=row.evidence_id,
        checklist_id=row.checklist_id,
        evidence_type=None if masked else row.evidence_type,
        state=str(EvidenceState.EXPIRED if over else row.state),
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        document_date=row.document_date,
        period_start=row.period_start,
        period_end=row.period_end,
        channel=row.channel,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        expires_on=until,
        reviewer=None if own else document.reviewer,
        method=None if own else document.method,
        facts=json.loads(row.facts) if row.facts and judges and not revoked else None,
        checks=[_shown(one) for one in made] if judges and not own else [],
        reused_from=row.case_id if provenance else None,
    )
    return document_for(caller, view)


def reusable_to(
    caller: Caller, borrower_id: UUID | None, case: PlanCase, rows: Iterable[Evidence], accepted: Collection[str]
) -> list[ReusableView]:
    """What of other cases of the borrower may serve, for those who negotiate or judge, and for this borrower alone."""
    own = (caller.acting_for or "").startswith(BORROWER)
    if not (borrower_id == case.borrower_id if own else caller.roles & JUDGES_OF_EVIDENCE):
        return []
    return [
        ReusableView(
            evidence_id=row.evidence_id,
            case_id=row.case_id,
            evidence_type=row.evidence_type,
            document_date=row.document_date,
            expires_on=row.expires_on,
            separate_consent=row.consent_ref is not None,
        )
        for row in rows
        if row.evidence_type in accepted and row.consented_by in (None, f"{BORROWER}{case.borrower_id}")
    ]


def _shown(check: EvidenceCheck) -> CheckView:
    return CheckView(
        method=check.method,
        checked_by=check.checked_by,
        result=CheckResult(check.result),
        note=check.note,
        checked_at=check.checked_at,
    )
