"""Table: what a borrower has against an offer, and what was answered."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.models.base import AMOUNT, PlansTable, one_of
from services.plans.vocabulary import ObjectionReason


class Objection(PlansTable, table=True):
    """Why the borrower does not take an offer as it is, in a code and in own words, and what was wished instead.

    `answer` is what was said to it in zh and en, from the borrower's own numbers; None for objections from before there
    were answers. One objection of a kind to each version: the same worry again has the same answer.
    """

    __tablename__ = "objection"
    __table_args__ = (
        one_of("reason", ObjectionReason),
        ForeignKeyConstraint(["plan_id", "version"], ["plan.plan_id", "plan.version"]),
        UniqueConstraint("plan_id", "version", "reason"),
    )

    objection_id: UUID = Field(primary_key=True, sa_type=Uuid)
    plan_id: UUID = Field(sa_type=Uuid)
    version: int
    case_id: UUID = Field(sa_type=Uuid)
    reason: ObjectionReason = Field(sa_type=Text)
    wanted_payment: Decimal | None = Field(default=None, sa_type=AMOUNT)
    wanted_months: int | None = None
    own_words: str | None = Field(default=None, sa_type=EncryptedText("objection.own_words"))
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=INSTANT)
