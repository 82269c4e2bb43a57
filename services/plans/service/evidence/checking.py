"""What the system notices of a document by itself; a reviewer judges what it means."""

import json
from datetime import date
from typing import TYPE_CHECKING

from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.adapters.examiner.tables import rows_of
from services.plans.domain.income import income_gaps, read_flow
from services.plans.models import Evidence, PlanCase
from services.plans.policies import Policies
from services.plans.repository import checks
from services.plans.repository.checks import SYSTEM, Made
from services.plans.service.evidence.incoming import CSV, Incoming
from services.plans.vocabulary import CheckResult

if TYPE_CHECKING:
    from services.plans.service.evidence.upload import Document

GAPS = "income_gaps"


def statement_check(incoming: Incoming, said: "Document", policies: Policies, day: date) -> list[Made]:
    """Which months of a statement of account have no income (field practice 002-14); nothing for other documents.

    A gap is what the borrower speaks of, and a reason to look, not a fault. Reads the file: call it off the event loop.
    """
    terms = policies.evidence.on(day).value.statement
    start, end = said.period_start, said.period_end
    if said.evidence_type not in terms.types or incoming.media_type != CSV or start is None or end is None:
        return []
    flow = read_flow(rows_of(incoming.path), terms)
    if flow is None:
        return [_noticed(CheckResult.INCONCLUSIVE, reason="columns")]
    if flow.first < start or flow.last > end:
        return [_noticed(CheckResult.INCONCLUSIVE, reason="rows outside the period")]
    found = income_gaps(flow.credits, start, end, terms.months)
    result = CheckResult.FLAGGED if found.without_income else CheckResult.PASSED
    return [_noticed(result, months=list(found.months), without_income=list(found.without_income))]


def _noticed(result: CheckResult, **findings: object) -> Made:
    return Made(GAPS, SYSTEM, result, json.dumps(findings))


async def flag_twins(uow: UnitOfWork, case: PlanCase, row: Evidence) -> int:
    """Flag a document whose bytes are in a case of somebody else too, and that one; how many others there are.

    It is a reason for a reviewer to look closer. Neither borrower hears of it, and nothing follows by itself.
    """
    at = uow.now()
    others = await checks.flag_twins(uow.session, row.evidence_id, row.sha256, row.case_id, case.borrower_id, at)
    if others:
        await uow.audit("evidence.duplicate", f"evidence/{row.evidence_id}", case_id=row.case_id)
    return others


async def explained(uow: UnitOfWork, case: PlanCase, row: Evidence, methods: set[str]) -> bool:
    """Whether nobody else handed in the same bytes, or the reviewer says how that came about."""
    return await flag_twins(uow, case, row) == 0 or checks.DUPLICATE in methods
