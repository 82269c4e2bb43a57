"""Table: promises to pay."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, Text, Uuid, text
from sqlmodel import Field

from services.common.kernel.money import Money
from services.common.runtime.tables import INSTANT
from services.followup.domain.promise import PromiseStatus
from services.followup.models.base import AMOUNT, FollowupTable, one_of


class PromiseRow(FollowupTable, table=True):
    """A promise to pay as contact heard it, with the terms of its day and the last verdict.

    `cancelled_for` is why it was cancelled; one that an agreement replaced may still turn out to have been kept before.
    """

    __tablename__ = "promise"
    __table_args__ = (
        one_of("state", PromiseStatus),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'CANCELLED') = (cancelled_for IS NOT NULL)", name="cancelled"),
        Index("ix_promise_case_id", "case_id"),
        Index("ix_promise_account_ref", "account_ref"),
        Index("ix_promise_borrower_id", "borrower_id", "last_good_day"),
        Index("ix_promise_active", "last_good_day", postgresql_where=text("state = 'ACTIVE'")),
    )

    promise_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)
    account_ref: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount: Decimal = Field(sa_type=AMOUNT)
    promised_date: date
    made_on: date
    grace_days: int
    threshold_percent: Decimal = Field(sa_type=Numeric(5, 2))
    to_business_day: bool
    terms_version: str = Field(sa_type=Text)
    pack: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    paid_in_time: Decimal = Field(sa_type=AMOUNT)
    last_good_day: date
    cancelled_for: str | None = Field(default=None, sa_type=Text)
    known_at: datetime = Field(sa_type=INSTANT)
    version: int = 1

    def money(self, amount: Decimal) -> Money:
        return Money.of(amount, self.currency)
