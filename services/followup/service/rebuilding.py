"""Which workflows of followup must run, as its database says. Agreements are followed again by their cases."""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.workflows import CLOSING_SUMMARY, CaseInput, summary_workflow_id
from services.common.runtime.rebuilding import MustRun, Rebuild
from services.followup.repository.care import summaries


async def must_run(session: AsyncSession) -> AsyncIterator[MustRun]:
    """What is not over."""
    for case_id in await summaries.waiting(session):
        yield MustRun(CLOSING_SUMMARY, summary_workflow_id(case_id), CaseInput(case_id=case_id), case_id)


REBUILD = Rebuild(frozenset({CLOSING_SUMMARY}), must_run)
