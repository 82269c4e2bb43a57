"""Holds under which nobody has to pay, and whose agreements those of a case are."""

import sqlalchemy as sa
from alembic import op

revision = "202611230925"
down_revision = "202611220920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hold_fact",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hold_id", "number"),
    )
    op.create_index("ix_hold_fact_borrower_id", "hold_fact", ["borrower_id"])
    op.create_table(
        "case_debtor",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_case_debtor_borrower_id", "case_debtor", ["borrower_id"])


def downgrade() -> None:
    op.drop_table("case_debtor")
    op.drop_table("hold_fact")
