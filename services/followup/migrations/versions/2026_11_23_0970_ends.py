"""How cases ended, until when their records are kept, and legal holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "202611230970"
down_revision = "202611230960"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "triaged_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_triaged_case"),
    )
    op.create_table(
        "case_end",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=False),
        sa.Column("kept_by", JSONB(), nullable=False),
        sa.Column("retention_until", sa.Date(), nullable=False),
        sa.Column("retention_version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_end"),
    )
    op.create_table(
        "closing_letter",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('sent', 'refused', 'unreachable')", name="ck_closing_letter_state"),
        sa.PrimaryKeyConstraint("case_id", name="pk_closing_letter"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", _INSTANT, nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", _INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_legal_hold"),
    )


def downgrade() -> None:
    for table in ("legal_hold", "closing_letter", "case_end", "triaged_case"):
        op.drop_table(table)
