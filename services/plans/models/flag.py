"""Table: the regulatory marks of a plan, decided with its approval."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.plans.domain.flags.codes import FlagCode
from services.plans.models.base import PlansTable, one_of


class RegulatoryFlag(PlansTable, table=True):
    """One mark of one version: whether it is set, by which rule of which pack version, why, and its dates.

    Written once; what followup finds later (a missed payment, a cure) is followup's own.
    """

    __tablename__ = "regulatory_flag"
    __table_args__ = (
        one_of("code", FlagCode),
        ForeignKeyConstraint(["plan_id", "version"], ["plan.plan_id", "plan.version"]),
    )

    plan_id: UUID = Field(primary_key=True, sa_type=Uuid)
    version: int = Field(primary_key=True)
    code: FlagCode = Field(primary_key=True, sa_type=Text)
    decided: bool
    rules: list[Any] = Field(sa_type=JSONB)
    pack_versions: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    value: str | None = Field(default=None, sa_type=Text)
    starts_on: date | None = Field(default=None)
    earliest_end: date | None = Field(default=None)
    decided_at: datetime = Field(sa_type=INSTANT)
