"""Table: what borrowers ask for while their agreement runs."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.domain.renegotiation import RenegotiationState
from services.followup.models.base import FollowupTable, one_of


class Renegotiation(FollowupTable, table=True):
    """A further request for relief, under intake's id of it; the `number` counts those of an agreement.

    `ends_at` is until when it may hold up a decision at the most, `ended_for` why it is over.
    """

    __tablename__ = "renegotiation"
    __table_args__ = (
        one_of("state", RenegotiationState),
        CheckConstraint("(state = 'running') <= (ends_at IS NOT NULL)", name="running"),
        CheckConstraint("(state = 'ended') = (ended_for IS NOT NULL)", name="ended"),
        UniqueConstraint("agreement_id", "number", name="uq_renegotiation_number"),
        Index("ix_renegotiation_case_id", "case_id"),
    )

    request_id: UUID = Field(primary_key=True, sa_type=Uuid)
    agreement_id: UUID = Field(sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    number: int
    requested_on: date
    state: str = Field(sa_type=Text)
    ends_at: datetime | None = Field(default=None, sa_type=INSTANT)
    ended_for: str | None = Field(default=None, sa_type=Text)
    known_at: datetime = Field(sa_type=INSTANT)
    version: int = 1
