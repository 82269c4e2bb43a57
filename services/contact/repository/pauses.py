"""SQL of pauses: holds that end by themselves, for which a round of contact stands still."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import Hold


async def pauses_since(
    session: AsyncSession, case_id: UUID, borrower_id: UUID, since: datetime
) -> list[tuple[set[str], datetime]]:
    """Holds on the borrower of a case, or on its debt, that have an end and were in force after `since`: what each
    blocks, and when it is over.

    What a round places itself is none, and what somebody asked for without an end: the round goes on by other ways.
    """
    over = func.least(col(Hold.ends_at), col(Hold.lifted_at))
    found = select(col(Hold.blocks), over).where(
        or_(
            and_(col(Hold.borrower_id) == borrower_id, or_(col(Hold.reach) != "share", col(Hold.case_id) == case_id)),
            and_(col(Hold.reach) == "debt", col(Hold.case_id) == case_id),
        ),
        col(Hold.ends_at).is_not(None),
        col(Hold.origin) != "quiet_period",
        over > since,
    )
    return [(set(blocks), over_at) for blocks, over_at in await session.execute(found)]
