"""SQL of what borrowers think of us."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql
from services.followup.models import Feedback

_SEEN = text(visible("feedback.case_id"))
_ASK = Sql(
    """
    INSERT INTO feedback (feedback_id, case_id, occasion, object_ref, stage, asked_by, handler, asked_at)
    VALUES (:feedback_id, :case_id, :occasion, :object_ref, :stage, :asked_by,
        (SELECT assignee FROM case_assignee WHERE case_id = :case_id), :asked_at)
    ON CONFLICT DO NOTHING RETURNING feedback_id
    """
)
_HANDLER = Sql("SELECT assignee FROM case_assignee WHERE case_id = :case_id")
GROUPS: Mapping[str, str] = {
    "all": "'all'",
    "agent": "coalesce(f.handler, '')",
    "team": "coalesce(c.portfolio, '')",
    "template": "f.asked_by",
    "stage": "f.occasion || '/' || f.stage",
}
"""By what answers are grouped; a team is who works a portfolio."""
_TOGETHER = {
    name: Sql(
        f"""
        SELECT {group} AS grouped, f.score, count(*) AS times
        FROM feedback f LEFT JOIN reporting.measured_case c USING (case_id)
        WHERE f.asked_at >= :since AND f.asked_at < :until GROUP BY 1, 2 ORDER BY 1, 2
        """  # noqa: S608 - made of constants
    )
    for name, group in GROUPS.items()
}


async def ask(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Keep that a borrower is asked about something; False when they were before."""
    return (await _ASK.run(session, values)).first() is not None


async def find(session: AsyncSession, feedback_id: UUID) -> Feedback | None:
    """One question with its answer."""
    return await session.get(Feedback, feedback_id)


async def lock(session: AsyncSession, feedback_id: UUID) -> Feedback | None:
    """One question, locked."""
    query = select(Feedback).where(col(Feedback.feedback_id) == feedback_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> Sequence[Feedback]:
    """All of a case, oldest first, if the caller may see it."""
    query = select(Feedback).where(col(Feedback.case_id) == case_id, _SEEN.bindparams(**seen_by(caller)))
    query = query.order_by(col(Feedback.asked_at), col(Feedback.feedback_id)).limit(200)
    return (await session.execute(query)).scalars().all()


async def handler_of(session: AsyncSession, case_id: UUID) -> str | None:
    """Who answers for a case."""
    handler: str | None = (await _HANDLER.run(session, {"case_id": case_id})).scalar_one_or_none()
    return handler


async def together(session: AsyncSession, by: str, since: datetime, until: datetime) -> Sequence[RowMapping]:
    """How often each score was given, by group; no score where nobody answered."""
    return (await _TOGETHER[by].run(session, {"since": since, "until": until})).mappings().all()
