"""Holds under which nobody makes new terms."""

import sqlalchemy as sa
from alembic import op

revision = "202611230975"
down_revision = "202611230970"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hold_id"),
    )
    op.create_index("ix_hold_borrower_id", "hold", ["borrower_id"])


def downgrade() -> None:
    op.drop_table("hold")
