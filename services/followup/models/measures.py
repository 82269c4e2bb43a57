"""Tables of the schema `reporting`: what was said on the topics, kept for measures. No use case decides by them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Numeric, Text, Uuid
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.models.base import AMOUNT, FollowupTable

SCHEMA = "reporting"


class Happening(FollowupTable, table=True):
    """One event as far as a measure asks for it, found again by the source and id of the event.

    `ref` names the object (agreement, plan version, task), `number` its part, `tag` is a code by which it is counted,
    `at` the business instant, `until` a deadline. `amount`, `received` and `conceded` are in `currency`;
    `headroom` is what a plan leaves of what is affordable, in percent.
    """

    __tablename__ = "happening"
    __table_args__ = (
        Index("ix_happening_kind_at", "kind", "at"),
        Index("ix_happening_case_id_kind", "case_id", "kind"),
        Index("ix_happening_ref_kind", "ref", "kind"),
        Index("ix_happening_account_ref", "account_ref"),
        {"schema": SCHEMA},
    )

    source: str = Field(primary_key=True, sa_type=Text)
    event_id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    tag: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=INSTANT)
    case_id: UUID | None = Field(default=None, sa_type=Uuid)
    account_ref: str | None = Field(default=None, sa_type=Text)
    ref: str | None = Field(default=None, sa_type=Text)
    number: int | None = None
    channel: str | None = Field(default=None, sa_type=Text)
    until: datetime | None = Field(default=None, sa_type=INSTANT)
    amount: Decimal | None = Field(default=None, sa_type=AMOUNT)
    received: Decimal | None = Field(default=None, sa_type=AMOUNT)
    currency: str | None = Field(default=None, sa_type=Text)
    conceded: Decimal | None = Field(default=None, sa_type=AMOUNT)
    headroom: Decimal | None = Field(default=None, sa_type=Numeric(9, 4))


class MeasuredCase(FollowupTable, table=True):
    """By what a case is grouped, from its first triage on, and whose it is now."""

    __tablename__ = "measured_case"
    __table_args__ = (Index("ix_measured_case_account_ref", "account_ref"), {"schema": SCHEMA})

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    opened_at: datetime | None = Field(default=None, sa_type=INSTANT)
    account_ref: str | None = Field(default=None, sa_type=Text)
    triaged_at: datetime | None = Field(default=None, sa_type=INSTANT)
    pack: str | None = Field(default=None, sa_type=Text)
    product: str | None = Field(default=None, sa_type=Text)
    portfolio: str | None = Field(default=None, sa_type=Text)
    bucket: str | None = Field(default=None, sa_type=Text)
    balance: Decimal | None = Field(default=None, sa_type=AMOUNT)
    currency: str | None = Field(default=None, sa_type=Text)
    agent: str | None = Field(default=None, sa_type=Text)
    assigned_at: datetime | None = Field(default=None, sa_type=INSTANT)
    with_care: bool = False
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class MonthStanding(FollowupTable, table=True):
    """How an account stood when the bank last spoke of it in a month; 0 days past due when its arrears were gone."""

    __tablename__ = "month_standing"
    __table_args__ = ({"schema": SCHEMA},)

    account_ref: str = Field(primary_key=True, sa_type=Text)
    month: date = Field(primary_key=True)
    as_of: date
    days_past_due: int
    balance: Decimal = Field(sa_type=AMOUNT)
    currency: str = Field(sa_type=Text)
