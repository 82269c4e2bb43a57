"""The first tables of desk."""

import sqlalchemy as sa
from alembic import op

from services.common.runtime.migration_steps import create_plumbing_2026_11, drop_plumbing_2026_11

revision = "202611220900"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing_2026_11()
    op.create_table(
        "closed_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "work_item",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("decide_path", sa.Text(), nullable=False),
        sa.Column("needs_role", sa.Text(), nullable=False),
        sa.Column("needs_level", sa.Text(), nullable=True),
        sa.Column("excluded", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed"),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        sa.PrimaryKeyConstraint("task_id"),
    )
    op.create_index("ix_work_item_case_id", "work_item", ["case_id"], unique=False)
    op.create_index(
        "ix_work_item_claimed_by",
        "work_item",
        ["claimed_by"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_work_item_open",
        "work_item",
        ["deadline", "task_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("work_item")
    op.drop_table("closed_case")
    drop_plumbing_2026_11()
