"""SQL of the steps of rounds, and of what the strategy looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.contact.models import ContactStep, Hold

# What the borrower asked for, where they can be reached, and what was tried in a round: contacts that asked for
# something, without those of which it is known that nobody received them.
LOOK = Sql(
    """
    SELECT p.language, p.preferred_channel, p.stopped_channels, p.care,
        (SELECT jsonb_agg(DISTINCT channel) FROM number WHERE borrower_id = :borrower_id AND barred_at IS NULL)
            AS addresses,
        (SELECT jsonb_agg(jsonb_build_array(a.channel, a.outcome, a.purpose) ORDER BY a.at, a.attempt_id)
            FROM attempt a
            JOIN permit q ON q.permit_id = a.permit_id
            LEFT JOIN message m ON m.permit_id = a.permit_id
            WHERE a.case_id = :case_id AND a.borrower_id = :borrower_id AND a.at >= :since
                AND q.message_class = 'demand'
                AND (a.channel IN ('voice', 'visit') OR m.state IN ('unknown', 'sent', 'delivered')))
            AS tried
    FROM (SELECT) one LEFT JOIN person p ON p.borrower_id = :borrower_id
    """
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the strategy looks at. `tried` are (channel, outcome, purpose), the oldest first."""

    language: str | None
    preferred: str | None
    stopped: tuple[str, ...]
    care: tuple[str, ...]
    addresses: tuple[str, ...]
    tried: tuple[tuple[str, str, str], ...]


async def look(session: AsyncSession, case_id: UUID, borrower_id: UUID, since: datetime) -> Looked:
    """What is known of a borrower, and of a case since a round began."""
    asked = {"case_id": case_id, "borrower_id": borrower_id, "since": since}
    row = (await LOOK.run(session, asked)).mappings().one()
    return Looked(
        language=row["language"],
        preferred=row["preferred_channel"],
        stopped=tuple(row["stopped_channels"] or ()),
        care=tuple(row["care"] or ()),
        addresses=tuple(row["addresses"] or ()),
        tried=tuple((channel, outcome, purpose) for channel, outcome, purpose in row["tried"] or ()),
    )


async def add_step(session: AsyncSession, step: ContactStep) -> None:
    """Keep a step as it was taken. The case is locked by the caller, so nobody takes it twice."""
    session.add(step)
    await session.flush()


async def put_quiet(session: AsyncSession, values: dict[str, Any]) -> None:
    """Begin a quiet period of a round, move its end, or begin it anew after it was ended."""
    row = insert(Hold).values(**values)
    begun = {name: row.excluded[name] for name in ("starts_at", "ends_at", "lifted_at")}
    await session.execute(row.on_conflict_do_update(index_elements=[col(Hold.hold_id)], set_=begun))


async def last_step(session: AsyncSession, case_id: UUID, round_: int) -> ContactStep | None:
    """The step of a round that was taken last; None before the first."""
    found = select(ContactStep).where(col(ContactStep.case_id) == case_id, col(ContactStep.round) == round_)
    return (await session.execute(found.order_by(col(ContactStep.step).desc()).limit(1))).scalar_one_or_none()


async def steps_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[ContactStep]:
    """The steps of a case, the newest first."""
    found = select(ContactStep).where(col(ContactStep.case_id) == case_id)
    ordered = found.order_by(col(ContactStep.round).desc(), col(ContactStep.step).desc()).limit(limit)
    return (await session.execute(ordered)).scalars().all()
