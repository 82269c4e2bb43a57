"""Tables of followup: agreements with their instalments, the bank's postings, closed days, and what fits nowhere."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, Numeric, Text, Uuid, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.common.kernel.money import Money
from services.common.runtime.assignees import case_assignee_table
from services.common.runtime.tables import INSTANT, NAMING, runtime_tables
from services.followup.domain.postings import PostingKind
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.vocabulary import AgreementState, NoticeState, UnmatchedReason

AMOUNT = Numeric(19, 4)


class FollowupTable(SQLModel, registry=registry()):
    """Base of the tables of this service."""

    metadata = MetaData(naming_convention=NAMING)


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Agreement(FollowupTable, table=True):
    """One activated plan: its terms as agreed, where it stands, and the days and instants that matter next.

    `judge_on` is the first bank day whose closing can change a verdict, `verdict_on` the first that can make an
    instalment missed or end the agreement. `notices` counts notices of missed instalments, `episode_from` is the
    number of the first one since the agreement was last on track.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        _one_of("state", AgreementState),
        _one_of("standing", Standing),
        _one_of("notice_state", NoticeState),
        Index(
            "ix_agreement_active_account",
            "account_ref",
            unique=True,
            postgresql_where=text("state IN ('active', 'at_risk')"),
        ),
        Index("ix_agreement_judge_on", "judge_on", postgresql_where=text("state IN ('active', 'at_risk')")),
        Index("ix_agreement_account_ref", "account_ref", "activated_on"),
        Index("ix_agreement_case_id", "case_id"),
    )

    agreement_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    plan_id: UUID = Field(sa_type=Uuid)
    plan_version: int
    account_ref: str = Field(sa_type=Text)
    round: int
    state: str = Field(sa_type=Text)
    standing: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    total: Decimal = Field(sa_type=AMOUNT)
    unapplied: Decimal = Field(sa_type=AMOUNT)
    schedule_hash: str = Field(sa_type=Text)
    core_reference: str = Field(sa_type=Text)
    grace_days: int
    tolerance_percent: Decimal = Field(sa_type=Numeric(5, 2))
    broken_after_missed: int
    broken_after_days: int
    terms_version: str = Field(sa_type=Text)
    pack: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    activated_on: date
    judge_on: date | None = None
    verdict_on: date | None = None
    remind_number: int | None = None
    remind_at: datetime | None = Field(default=None, sa_type=INSTANT)
    second_notice_at: datetime | None = Field(default=None, sa_type=INSTANT)
    notice_state: str = Field(default=NoticeState.NONE, sa_type=Text)
    notices: int = 0
    episode_from: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1

    @property
    def ref(self) -> str:
        """The ref of the agreement's obligations and tasks."""
        return str(self.agreement_id)

    def money(self, amount: Decimal) -> Money:
        return Money.of(amount, self.currency)


class Instalment(FollowupTable, table=True):
    """One line of an agreement with the last verdict on it. `reminded` is set once its reminder is on its way."""

    __tablename__ = "instalment"
    __table_args__ = (_one_of("state", InstalmentState),)

    agreement_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("agreement.agreement_id"), primary_key=True, nullable=False)
    )
    number: int = Field(primary_key=True)
    due_date: date
    last_good_day: date
    amount: Decimal = Field(sa_type=AMOUNT)
    state: str = Field(sa_type=Text)
    paid: Decimal = Field(sa_type=AMOUNT)
    paid_in_time: Decimal = Field(sa_type=AMOUNT)
    paid_on: date | None = None
    reminded: bool = False


class PostingRow(FollowupTable, table=True):
    """A posting by the bank's own reference, the same on every channel; `source` is the channel that said it first."""

    __tablename__ = "posting"
    __table_args__ = (
        _one_of("kind", PostingKind),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reverses"),
        CheckConstraint("source IN ('feed', 'api')", name="source"),
        Index("ix_posting_account_ref", "account_ref", "value_date"),
        Index("ix_posting_reverses", "reverses", postgresql_where=text("reverses IS NOT NULL")),
    )

    posting_ref: str = Field(primary_key=True, sa_type=Text)
    source: str = Field(sa_type=Text)
    account_ref: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount: Decimal = Field(sa_type=AMOUNT)
    value_date: date
    booking_date: date
    kind: str = Field(sa_type=Text)
    reverses: str | None = Field(default=None, sa_type=Text)
    sightings: int = 1
    first_seen_at: datetime = Field(sa_type=INSTANT)


class ClosedDay(FollowupTable, table=True):
    """The last business day the bank has closed on one partition of its feed."""

    __tablename__ = "closed_day"

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    closed_through: date


class UnmatchedPosting(FollowupTable, table=True):
    """A posting somebody has to look at; an original that arrives later resolves it by itself."""

    __tablename__ = "unmatched_posting"
    __table_args__ = (
        _one_of("reason", UnmatchedReason),
        Index("ix_unmatched_posting_open", "opened_at", "posting_ref", postgresql_where=text("resolved_at IS NULL")),
    )

    posting_ref: str = Field(
        sa_column=Column(Text, ForeignKey("posting.posting_ref"), primary_key=True, nullable=False)
    )
    reason: str = Field(sa_type=Text)
    account_ref: str = Field(sa_type=Text)
    agreement_id: UUID | None = Field(default=None, sa_type=Uuid)
    opened_at: datetime = Field(sa_type=INSTANT)
    resolved_at: datetime | None = Field(default=None, sa_type=INSTANT)


class HoldFact(FollowupTable, table=True):
    """What intake said of a hold under which nobody has to pay: from and until when, by the number of its saying.

    Facts are only added. Of one hold the last counts: it was extended, ended early, or began anew.
    """

    __tablename__ = "hold_fact"
    __table_args__ = (Index("ix_hold_fact_borrower_id", "borrower_id"),)

    hold_id: UUID = Field(primary_key=True, sa_type=Uuid)
    number: int = Field(primary_key=True)
    borrower_id: UUID = Field(sa_type=Uuid)
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime | None = Field(default=None, sa_type=INSTANT)
    known_at: datetime = Field(sa_type=INSTANT)


class CaseDebtor(FollowupTable, table=True):
    """Whose agreements those of a case are."""

    __tablename__ = "case_debtor"
    __table_args__ = (Index("ix_case_debtor_borrower_id", "borrower_id"),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)


class EndedCase(FollowupTable, table=True):
    """A case that has ended: an agreement of it that is heard of later is stopped from its beginning."""

    __tablename__ = "ended_case"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    ended_at: datetime = Field(sa_type=INSTANT)


METADATA = FollowupTable.metadata
case_assignee_table(METADATA)
TABLES = runtime_tables(METADATA)
