"""Facts that say when they were learned: closings, files of the bank, postings that somebody assigns, promises to pay;
the work list takes postings that are kept nowhere else."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "202611230930"
down_revision = "202611230925"
branch_labels = None
depends_on = None

_AMOUNT = sa.Numeric(precision=19, scale=4)
_INSTANT = sa.DateTime(timezone=True)
_KINDS = "kind IN ('payment', 'reversal', 'return')"
_SOURCES = "source IN ('feed', 'api', 'file')"
_REASONS = (
    "reason IN ('no_reference', 'no_account', 'several_accounts', 'differs', 'account_format', 'unknown_original', "
    "'other_currency', 'after_completion')"
)

_NEEDED = ("entry_id", "source", "kind", "currency", "amount", "value_date", "booking_date")
_MORE: tuple[tuple[str, Any], ...] = (
    ("entry_id", sa.Uuid()),
    ("source", sa.Text()),
    ("kind", sa.Text()),
    ("currency", sa.Text()),
    ("amount", _AMOUNT),
    ("value_date", sa.Date()),
    ("booking_date", sa.Date()),
    ("reverses", sa.Text()),
    ("end_to_end_id", sa.Text()),
    ("remittance_ref", sa.Text()),
    ("found_in", sa.Text()),
    ("resolution", sa.Text()),
    ("resolved_by", sa.Text()),
)


def upgrade() -> None:
    op.add_column(
        "agreement", sa.Column("to_business_day", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    _postings()
    _closings_and_files()
    _work_list()
    _promises()


def _postings() -> None:
    op.add_column("posting", sa.Column("end_to_end_id", sa.Text(), nullable=True))
    op.add_column("posting", sa.Column("assigned_to", sa.Text(), nullable=True))
    op.add_column("posting", sa.Column("assigned_at", _INSTANT, nullable=True))
    for name in ("kind", "source", "reverses"):
        op.drop_constraint(name, "posting", type_="check")
    op.create_check_constraint("kind", "posting", _KINDS)
    op.create_check_constraint("source", "posting", _SOURCES)
    op.create_check_constraint("reverses", "posting", "(kind = 'payment') = (reverses IS NULL)")
    op.create_check_constraint("assigned", "posting", "(assigned_to IS NULL) = (assigned_at IS NULL)")
    for column in ("assigned_to", "end_to_end_id"):
        op.create_index(f"ix_posting_{column}", "posting", [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))


def _closings_and_files() -> None:
    op.create_table(
        "closing",
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_at", _INSTANT, nullable=False),
        sa.CheckConstraint(_SOURCES, name="source"),
        sa.PrimaryKeyConstraint("partition", "business_date"),
    )
    # Of days closed before this, only the last one of a partition is known, and not when it was learned.
    op.execute(
        "INSERT INTO closing (partition, business_date, source, known_at) "
        "SELECT partition, closed_through, 'feed', closed_through + interval '1 day' FROM closed_day"
    )
    op.create_table(
        "payment_file",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("entries_done", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=True),
        sa.Column("began_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )


def _work_list() -> None:
    table = "unmatched_posting"
    op.drop_index("ix_unmatched_posting_open", table_name=table)
    op.drop_constraint("unmatched_posting_posting_ref_fkey", table, type_="foreignkey")
    op.drop_constraint("unmatched_posting_pkey", table, type_="primary")
    for name, kind in _MORE:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE unmatched_posting u SET entry_id = md5('unmatched ' || p.posting_ref)::uuid, source = p.source, "
        "kind = p.kind, currency = p.currency, amount = p.amount, value_date = p.value_date, "
        "booking_date = p.booking_date, reverses = p.reverses, "
        "resolution = CASE WHEN u.resolved_at IS NOT NULL THEN 'matched' END "
        "FROM posting p WHERE p.posting_ref = u.posting_ref"
    )
    for name in _NEEDED:
        op.alter_column(table, name, nullable=False)
    op.create_primary_key("unmatched_posting_pkey", table, ["entry_id"])
    op.alter_column(table, "posting_ref", nullable=True)
    op.alter_column(table, "account_ref", nullable=True)
    op.drop_constraint("reason", table, type_="check")
    op.create_check_constraint("reason", table, _REASONS)
    op.create_check_constraint("resolution", table, "resolution IN ('matched', 'assigned', 'dismissed')")
    op.create_check_constraint("kind", table, _KINDS)
    op.create_check_constraint("resolved", table, "(resolved_at IS NULL) = (resolution IS NULL)")
    is_open = sa.text("resolved_at IS NULL")
    op.create_index("ix_unmatched_posting_open", table, ["opened_at", "entry_id"], postgresql_where=is_open)
    op.create_index("ix_unmatched_posting_ref", table, ["posting_ref"], postgresql_where=is_open)


def _promises() -> None:
    op.create_table(
        "promise",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.Column("promised_date", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("threshold_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("to_business_day", sa.Boolean(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paid_in_time", _AMOUNT, nullable=False),
        sa.Column("last_good_day", sa.Date(), nullable=False),
        sa.Column("cancelled_for", sa.Text(), nullable=True),
        sa.Column("known_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'ACTIVE', 'KEPT', 'PARTIALLY_KEPT', 'BROKEN', 'CANCELLED')", name="state"
        ),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(state = 'CANCELLED') = (cancelled_for IS NOT NULL)", name="cancelled"),
        sa.PrimaryKeyConstraint("promise_id"),
    )
    op.create_index("ix_promise_case_id", "promise", ["case_id"])
    op.create_index("ix_promise_account_ref", "promise", ["account_ref"])
    op.create_index("ix_promise_borrower_id", "promise", ["borrower_id", "last_good_day"])
    op.create_index("ix_promise_active", "promise", ["last_good_day"], postgresql_where=sa.text("state = 'ACTIVE'"))


def downgrade() -> None:
    """What the older tables cannot hold goes: postings from files, returns, and what is on the work list for them."""
    op.drop_table("promise")
    _old_work_list()
    op.drop_table("payment_file")
    op.drop_table("closing")
    op.execute("DELETE FROM posting WHERE kind = 'return' OR source = 'file'")
    for name in ("kind", "source", "reverses", "assigned"):
        op.drop_constraint(name, "posting", type_="check")
    op.create_check_constraint("kind", "posting", "kind IN ('payment', 'reversal')")
    op.create_check_constraint("source", "posting", "source IN ('feed', 'api')")
    op.create_check_constraint("reverses", "posting", "(kind = 'reversal') = (reverses IS NOT NULL)")
    for name in ("end_to_end_id", "assigned_to", "assigned_at"):
        op.drop_column("posting", name)
    op.drop_column("agreement", "to_business_day")


def _old_work_list() -> None:
    table = "unmatched_posting"
    for name in ("open", "ref"):
        op.drop_index(f"ix_unmatched_posting_{name}", table_name=table)
    op.execute(
        "DELETE FROM unmatched_posting u WHERE reason IN ('no_reference', 'no_account', 'several_accounts', 'differs') "
        "OR NOT EXISTS (SELECT FROM posting p WHERE p.posting_ref = u.posting_ref AND p.kind <> 'return' "
        "AND p.source <> 'file')"
    )
    for name in ("reason", "resolution", "kind", "resolved"):
        op.drop_constraint(name, table, type_="check")
    op.drop_constraint("unmatched_posting_pkey", table, type_="primary")
    for name, _ in _MORE:
        op.drop_column(table, name)
    op.alter_column(table, "posting_ref", nullable=False)
    op.alter_column(table, "account_ref", nullable=False)
    op.create_primary_key("unmatched_posting_pkey", table, ["posting_ref"])
    op.create_foreign_key("unmatched_posting_posting_ref_fkey", table, "posting", ["posting_ref"], ["posting_ref"])
    op.create_check_constraint(
        "reason", table, "reason IN ('account_format', 'unknown_original', 'other_currency', 'after_completion')"
    )
    op.create_index(
        "ix_unmatched_posting_open",
        table,
        ["opened_at", "posting_ref"],
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
