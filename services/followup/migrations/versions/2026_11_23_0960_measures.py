"""The schema `reporting`: what measures are computed from."""

import sqlalchemy as sa
from alembic import op

revision = "202611230960"
down_revision = "202611230930"
branch_labels = None
depends_on = None

_AMOUNT = sa.Numeric(precision=19, scale=4)
_INSTANT = sa.DateTime(timezone=True)
_SCHEMA = "reporting"


def upgrade() -> None:
    op.execute("CREATE SCHEMA reporting")
    _happenings()
    op.create_table(
        "measured_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=True),
        sa.Column("account_ref", sa.Text(), nullable=True),
        sa.Column("triaged_at", _INSTANT, nullable=True),
        sa.Column("pack", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("portfolio", sa.Text(), nullable=True),
        sa.Column("bucket", sa.Text(), nullable=True),
        sa.Column("balance", _AMOUNT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("assigned_at", _INSTANT, nullable=True),
        sa.Column("with_care", sa.Boolean(), nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_measured_case"),
        schema=_SCHEMA,
    )
    op.create_index("ix_measured_case_account_ref", "measured_case", ["account_ref"], schema=_SCHEMA)
    op.create_table(
        "month_standing",
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("days_past_due", sa.Integer(), nullable=False),
        sa.Column("balance", _AMOUNT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_ref", "month", name="pk_month_standing"),
        schema=_SCHEMA,
    )


def _happenings() -> None:
    op.create_table(
        "happening",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("account_ref", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("until", _INSTANT, nullable=True),
        sa.Column("amount", _AMOUNT, nullable=True),
        sa.Column("received", _AMOUNT, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "event_id", name="pk_happening"),
        schema=_SCHEMA,
    )
    for columns in (("kind", "at"), ("case_id", "kind"), ("ref", "kind"), ("account_ref",)):
        op.create_index(f"ix_happening_{'_'.join(columns)}", "happening", list(columns), schema=_SCHEMA)


def downgrade() -> None:
    for table in ("month_standing", "measured_case", "happening"):
        op.drop_table(table, schema=_SCHEMA)
    op.execute("DROP SCHEMA reporting")
