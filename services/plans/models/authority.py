"""Tables: who stands in for whom, whose account is whose of the bank's people, and the care that persons need."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.plans.models.base import PlansTable, one_of
from services.plans.vocabulary import RelationKind


class DelegationRow(PlansTable, table=True):
    """Somebody stands in for somebody, with these levels or roles, from an instant until and without another.

    It is never changed but revoked, once; decisions that were taken by it stand.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("from_subject <> to_subject", name="deputy"),
        CheckConstraint("given_by <> to_subject", name="giver"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        Index("ix_delegation_to_subject", "to_subject"),
    )

    delegation_id: UUID = Field(primary_key=True, sa_type=Uuid)
    from_subject: str = Field(sa_type=Text)
    to_subject: str = Field(sa_type=Text)
    authorities: list[Any] = Field(sa_type=JSONB)
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    given_by: str = Field(sa_type=Text)
    given_at: datetime = Field(sa_type=INSTANT)
    policy_version: str = Field(sa_type=Text)
    revoked_by: str | None = Field(default=None, sa_type=Text)
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)


class StaffRelation(PlansTable, table=True):
    """A declared link of one of the bank's people to a borrower: the own account, or that of somebody near."""

    __tablename__ = "staff_relation"
    __table_args__ = (
        one_of("kind", RelationKind),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("ix_staff_relation_borrower_id", "borrower_id"),
    )

    relation_id: UUID = Field(primary_key=True, sa_type=Uuid)
    subject: str = Field(sa_type=Text)
    borrower_id: UUID = Field(sa_type=Uuid)
    kind: RelationKind = Field(sa_type=Text)
    declared_by: str = Field(sa_type=Text)
    declared_at: datetime = Field(sa_type=INSTANT)
    ended_by: str | None = Field(default=None, sa_type=Text)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)


class PersonCare(PlansTable, table=True):
    """What care a person is to be met with, as intake last said it: codes of what is asked of us, never why."""

    __tablename__ = "person_care"

    borrower_id: UUID = Field(primary_key=True, sa_type=Uuid)
    care: list[Any] = Field(sa_type=JSONB)
    at: datetime = Field(sa_type=INSTANT)
