"""What people record about a case: notes, requests, holds; and the time line made of all of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, cast, func, literal, null, select, tuple_, type_coerce, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import Assignment, CaseHistory, Note, PlacedHold, ReliefRequest


async def notes(
    session: AsyncSession, case_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Note]:
    """Up to `limit` notes of a case after a place in the order of writing."""
    query = select(Note).where(col(Note.case_id) == case_id)
    if after is not None:
        query = query.where(tuple_(col(Note.at), col(Note.note_id)) > after)
    return (await session.execute(query.order_by(col(Note.at), col(Note.note_id)).limit(limit))).scalars().all()


async def count_requests(session: AsyncSession, case_id: UUID) -> int:
    """How many requests a case has; the case must be locked."""
    query = select(func.count()).select_from(ReliefRequest).where(col(ReliefRequest.case_id) == case_id)
    return int((await session.execute(query)).scalar_one())


async def count_holds(session: AsyncSession, borrower_id: UUID) -> int:
    """How many holds a borrower had or has."""
    query = select(func.count()).select_from(PlacedHold).where(col(PlacedHold.borrower_id) == borrower_id)
    return int((await session.execute(query)).scalar_one())


async def lock_hold(session: AsyncSession, hold_id: UUID) -> PlacedHold | None:
    """One hold, locked until the transaction ends."""
    return await session.get(PlacedHold, hold_id, with_for_update=True, populate_existing=True)


async def lock_open(session: AsyncSession, case_id: UUID, kinds: Sequence[str]) -> Sequence[PlacedHold]:
    """The holds of these kinds that were placed about a case and not lifted, locked until the transaction ends."""
    # A kind is encrypted, each time otherwise: the database cannot compare it.
    query = select(PlacedHold).where(col(PlacedHold.case_id) == case_id, col(PlacedHold.lifted_at).is_(None))
    found = await session.execute(query.order_by(col(PlacedHold.number)).with_for_update())
    return [hold for hold in found.scalars() if hold.kind in kinds]


async def holds(session: AsyncSession, borrower_id: UUID) -> Sequence[PlacedHold]:
    """All holds of a borrower, in the order of placing."""
    query = select(PlacedHold).where(col(PlacedHold.borrower_id) == borrower_id).order_by(col(PlacedHold.number))
    return (await session.execute(query)).scalars().all()


async def timeline(
    session: AsyncSession, case_id: UUID, after: tuple[datetime, str, str] | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit` happenings (at, kind, ref, actor, what, secret) of a case after a place, in order of time.

    `secret` is the text of a note as it is stored, encrypted.
    """
    step, assigned, note, request, hold = CaseHistory, Assignment, Note, ReliefRequest, PlacedHold
    parts = [
        select(
            col(step.at).label("at"), literal("step").label("kind"),
            func.lpad(cast(col(step.state_version), Text), 6, "0").label("ref"), col(step.actor).label("actor"),
            func.jsonb_build_object(
                "from_state", col(step.from_state), "to_state", col(step.to_state), "trigger", col(step.trigger)
            ).label("what"),
            cast(null(), Text).label("secret"),
        ).where(col(step.case_id) == case_id),
        select(
            col(assigned.at), literal("assignment"), func.lpad(cast(col(assigned.version), Text), 6, "0"),
            col(assigned.actor), func.jsonb_build_object("assignee", col(assigned.assignee)), cast(null(), Text),
        ).where(col(assigned.case_id) == case_id),
        select(
            col(note.at), literal("note"), cast(col(note.note_id), Text), col(note.actor),
            type_coerce(func.jsonb_build_object(), JSONB), type_coerce(col(note.text), Text),
        ).where(col(note.case_id) == case_id),
        select(
            col(request.at), literal("request"), cast(col(request.request_id), Text), col(request.actor),
            func.jsonb_build_object(
                "request_type", col(request.request_type), "months", col(request.months), "round", col(request.round)
            ),
            cast(null(), Text),
        ).where(col(request.case_id) == case_id),
        select(
            col(hold.starts_at), literal("hold"), cast(col(hold.hold_id), Text), col(hold.placed_by),
            func.jsonb_build_object("blocks", col(hold.blocks), "ends_at", col(hold.ends_at)), cast(null(), Text),
        ).where(col(hold.case_id) == case_id),
    ]  # fmt: skip
    all_of = union_all(*parts).subquery()
    query = select(all_of)
    if after is not None:
        query = query.where(tuple_(all_of.c.at, all_of.c.kind, all_of.c.ref) > after)
    return (await session.execute(query.order_by(all_of.c.at, all_of.c.kind, all_of.c.ref).limit(limit))).all()
