"""Tables: agreements with their instalments, and the cases they are of."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Numeric, Text, Uuid, text
from sqlmodel import Field

from services.common.kernel.money import Money
from services.common.runtime.tables import INSTANT
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.models.base import AMOUNT, FollowupTable, one_of
from services.followup.vocabulary import AgreementState, NoticeState


class Agreement(FollowupTable, table=True):
    """One activated plan: its terms as agreed, where it stands, and the days and instants that matter next.

    `judge_on` is the first bank day whose closing can change a verdict, `verdict_on` the first that can make an
    instalment missed or end the agreement. `notices` counts notices of missed instalments, `episode_from` is the
    number of the first one since the agreement was last on track. With `to_business_day` a last good day moves to the
    next business day. While `renegotiating` nobody decides that it is broken; `renegotiating_until` is when talks that
    began have taken too long. `owed_*` is what it repays by its parts, `cost` of the instalments what it costs itself,
    `paid_*` what of them is paid; `late_since` is when the oldest of it was due. A `marked` one
    has clocks of the law.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", AgreementState),
        one_of("standing", Standing),
        one_of("notice_state", NoticeState),
        CheckConstraint("NOT renegotiating OR state IN ('active', 'at_risk')", name="renegotiating"),
        CheckConstraint("renegotiating OR renegotiating_until IS NULL", name="renegotiating_until"),
        CheckConstraint("num_nonnulls(product, owed_principal, owed_interest, owed_fees) IN (0, 4)", name="owed"),
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
    to_business_day: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
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
    renegotiating: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    renegotiating_until: datetime | None = Field(default=None, sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    product: str | None = Field(default=None, sa_type=Text)
    late_since: date | None = None
    owed_principal: Decimal | None = Field(default=None, sa_type=AMOUNT)
    owed_interest: Decimal | None = Field(default=None, sa_type=AMOUNT)
    owed_fees: Decimal | None = Field(default=None, sa_type=AMOUNT)
    paid_principal: Decimal | None = Field(default=None, sa_type=AMOUNT)
    paid_interest: Decimal | None = Field(default=None, sa_type=AMOUNT)
    paid_fees: Decimal | None = Field(default=None, sa_type=AMOUNT)
    marked: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
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
    __table_args__ = (one_of("state", InstalmentState),)

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
    cost: Decimal | None = Field(default=None, sa_type=AMOUNT)


class EndedCase(FollowupTable, table=True):
    """A case that has ended: an agreement of it that is heard of later is stopped from its beginning."""

    __tablename__ = "ended_case"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    ended_at: datetime = Field(sa_type=INSTANT)
