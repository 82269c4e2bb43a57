"""SQL of conversations: briefs, scripts, promises, disclosures and duties."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import Brief, Commitment, Conversation, Disclosure, Duty, ScriptStep, Talk


async def put_brief(session: AsyncSession, brief: Brief) -> None:
    session.add(brief)
    await session.flush()


async def latest_brief(session: AsyncSession, case_id: UUID) -> Brief | None:
    found = select(Brief).where(col(Brief.case_id) == case_id).order_by(col(Brief.made_at).desc()).limit(1)
    return (await session.execute(found)).scalar_one_or_none()


async def find_brief(session: AsyncSession, brief_id: UUID) -> Brief | None:
    return await session.get(Brief, brief_id)


async def add_talk(session: AsyncSession, talk: Talk) -> None:
    session.add(talk)
    await session.flush()


async def find_talk(session: AsyncSession, conversation_id: UUID) -> Talk | None:
    return await session.get(Talk, conversation_id)


async def lock_talk(session: AsyncSession, conversation_id: UUID) -> Talk | None:
    """The talk, locked until the transaction ends: its steps come one after another."""
    found = select(Talk).where(col(Talk.conversation_id) == conversation_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def note_hand_over(session: AsyncSession, conversation_id: UUID) -> None:
    """Keep that a conversation under way was handed over."""
    await session.execute(update(Talk).where(col(Talk.conversation_id) == conversation_id).values(handed_over=True))


async def talk_of_permit(session: AsyncSession, permit_id: UUID) -> UUID | None:
    """The conversation that was begun under a permit."""
    found = select(col(Talk.conversation_id)).where(col(Talk.permit_id) == permit_id)
    return (await session.execute(found)).scalar_one_or_none()


async def steps_of(session: AsyncSession, conversation_id: UUID) -> Sequence[ScriptStep]:
    """The steps of a conversation in their order."""
    found = select(ScriptStep).where(col(ScriptStep.conversation_id) == conversation_id)
    return (await session.execute(found.order_by(col(ScriptStep.number)))).scalars().all()


async def put_step(session: AsyncSession, step: ScriptStep) -> None:
    session.add(step)
    await session.flush()


async def find_conversation(session: AsyncSession, conversation_id: UUID) -> Conversation | None:
    return await session.get(Conversation, conversation_id)


async def put_commitment(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Keep a promise once; False when it was there."""
    row = insert(Commitment).values(**values).on_conflict_do_nothing().returning(col(Commitment.commitment_id))
    return (await session.execute(row)).first() is not None


async def lock_commitment(session: AsyncSession, commitment_id: UUID) -> Commitment | None:
    found = select(Commitment).where(col(Commitment.commitment_id) == commitment_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def commitments_of(
    session: AsyncSession, case_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Commitment]:
    """The promises of both sides about a case, the newest first."""
    key = col(Commitment.made_at), col(Commitment.commitment_id)
    found = select(Commitment).where(col(Commitment.case_id) == case_id)
    if after is not None:
        found = found.where(tuple_(*key) < after)
    return (await session.execute(found.order_by(*(one.desc() for one in key)).limit(limit))).scalars().all()


async def commitments_in(session: AsyncSession, conversation_id: UUID) -> Sequence[Commitment]:
    """The promises of one conversation, by the day on which they are due."""
    found = select(Commitment).where(col(Commitment.conversation_id) == conversation_id)
    return (
        (await session.execute(found.order_by(col(Commitment.due_on), col(Commitment.commitment_id)))).scalars().all()
    )


async def put_disclosures(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what was told; of what was told before the first time stands."""
    if rows:
        await session.execute(insert(Disclosure).values(list(rows)).on_conflict_do_nothing())


async def disclosures_of(session: AsyncSession, case_id: UUID, borrower_id: UUID) -> Sequence[Disclosure]:
    """What a person was told about a case."""
    found = select(Disclosure).where(col(Disclosure.case_id) == case_id, col(Disclosure.borrower_id) == borrower_id)
    return (await session.execute(found)).scalars().all()


async def put_duty(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Keep a duty once; False when it was there."""
    row = insert(Duty).values(**values).on_conflict_do_nothing().returning(col(Duty.duty_id))
    return (await session.execute(row)).first() is not None


async def lock_duty(session: AsyncSession, duty_id: UUID) -> Duty | None:
    found = select(Duty).where(col(Duty.duty_id) == duty_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()
