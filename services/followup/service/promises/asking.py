"""A supervisor looks where a borrower broke too many promises."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.promise import needs_supervisor
from services.followup.models import PromiseRow
from services.followup.service.policies import PackTerms


def too_many(broken: Collection[date], day: date, terms: PackTerms) -> bool:
    """Whether so many were broken by a day that a supervisor looks."""
    return needs_supervisor(broken, day, terms.broken_promises_most, terms.broken_promises_within_days)


async def ask_supervisor(uow: UnitOfWork, row: PromiseRow, kind: str, terms: PackTerms) -> None:
    """Open the task of a supervisor about a promise."""
    deadline: datetime = uow.now() + timedelta(days=terms.review_promises_days)
    await uow.open_task(
        NewTask(
            case_id=row.case_id,
            kind=kind,
            ref=str(row.promise_id),
            needs_role="supervisor",
            decide_path=f"/v1/promises/{row.promise_id}/decision",
            reason="too_many_broken",
            deadline=deadline,
        )
    )
