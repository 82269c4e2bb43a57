"""Tables: holds on borrowers, and stops of outbound contact."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, instant, jsonb

HOLD_ORIGINS = (
    "intake", "quiet_period", "opt_out", "channel_stop", "cease", "distress", "complaint", "dispute", "attorney",
    "bankruptcy", "deceased", "fraud", "hardship", "agreement",
)  # fmt: skip
HOLD_REACHES = ("person", "share", "debt")


class Hold(ContactTable, table=True):
    """A hold on a person: `origin` is intake, from which it is copied, or what was heard here (`service/heard.py`).

    `reach`: the person in all cases, the `share` of the person in this case's debt, or, besides the person everywhere,
    everybody who owes the `debt` of this case.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint(f"origin IN ({', '.join(repr(one) for one in HOLD_ORIGINS)})", name="origin"),
        CheckConstraint(f"reach IN ({', '.join(repr(one) for one in HOLD_REACHES)})", name="reach"),
        Index("ix_hold_borrower", "borrower_id"),
        Index("ix_hold_debt", "case_id", postgresql_where=text("reach = 'debt'")),
    )

    hold_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    case_id: UUID
    origin: str
    reach: str = Field(default="person", sa_column_kwargs={"server_default": "person"})
    blocks: list[str] = Field(sa_column=jsonb())
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class StopOrder(ContactTable, table=True):
    """A stop of outbound contact, in force until a second person lifts it. One at most is open for what it covers.

    `value` is the pack, channel, template or portfolio, and empty for `all`.
    """

    __tablename__ = "stop_order"
    __table_args__ = (
        CheckConstraint("scope IN ('all', 'pack', 'channel', 'template', 'portfolio')", name="scope"),
        CheckConstraint("(scope = 'all') = (value = '')", name="value"),
        CheckConstraint("(lift_requested_by IS NULL) = (lift_requested_at IS NULL)", name="lift_requested"),
        CheckConstraint(
            "(lifted_by IS NULL) = (lifted_at IS NULL) "
            "AND (lifted_by IS NULL OR coalesce(lift_requested_by <> lifted_by, false))",
            name="lifted_by_two",
        ),
        Index("ix_stop_order_open", "scope", "value", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("ix_stop_order_placed", "placed_at", "stop_id"),
    )

    stop_id: UUID = Field(primary_key=True)
    scope: str
    value: str
    reason: str = Field(sa_column=Column(EncryptedText("stop_order.reason"), nullable=False))
    placed_by: str
    placed_at: datetime = Field(sa_column=instant())
    lift_requested_by: str | None = None
    lift_requested_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    lifted_by: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    version: int = 1
