"""The workflows of intake that must run: of every open case, of reviews of flags, of bulk jobs under way, of interest
that a hold stops."""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.workflows import (
    BULK_HOLD_JOB,
    CASE,
    FLAG_REVIEW,
    INTEREST_STOP,
    CaseInput,
    case_workflow_id,
)
from services.common.runtime.rebuilding import MustRun, Rebuild
from services.intake.repository import running
from services.intake.workflows.messages import (
    BulkStep,
    FlagInput,
    InterestInput,
    bulk_workflow_id,
    flag_workflow_id,
    interest_workflow_id,
)


async def must_run(session: AsyncSession) -> AsyncIterator[MustRun]:
    """What is not over. Rounds of contact, negotiation and follow-up are begun again by their cases."""
    async for case_id in running.open_cases(session):
        yield MustRun(CASE, case_workflow_id(case_id), CaseInput(case_id=case_id), case_id)
    for case_id, flag_id in await running.reviewed_flags(session):
        flag = FlagInput(case_id=case_id, flag_id=flag_id)
        yield MustRun(FLAG_REVIEW, flag_workflow_id(flag), flag, case_id)
    for bulk_id, undo in await running.bulk_jobs(session):
        step = BulkStep(bulk_id=bulk_id, undo=undo)
        yield MustRun(BULK_HOLD_JOB, bulk_workflow_id(step), step, bulk_id)
    for case_id, stop_id in await running.interest_stops(session):
        stop = InterestInput(case_id=case_id, stop_id=stop_id)
        yield MustRun(INTEREST_STOP, interest_workflow_id(stop), stop, case_id)


REBUILD = Rebuild(frozenset({CASE, FLAG_REVIEW, BULK_HOLD_JOB, INTEREST_STOP}), must_run)
