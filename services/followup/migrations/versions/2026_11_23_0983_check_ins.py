"""How borrowers said that their plan is going."""

import sqlalchemy as sa
from alembic import op

revision = "202611230983"
down_revision = "202611230981"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "check_in",
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'asked', 'answered', 'passed')", name=op.f("ck_check_in_state")),
        sa.CheckConstraint("(state = 'answered') = (how IS NOT NULL)", name=op.f("ck_check_in_answered")),
        sa.PrimaryKeyConstraint("check_in_id", name="pk_check_in"),
        sa.UniqueConstraint("agreement_id", "number", name="uq_check_in_number"),
    )
    op.create_index(
        "ix_check_in_planned", "check_in", ["agreement_id"], unique=True, postgresql_where=sa.text("state = 'planned'")
    )
    op.create_index("ix_check_in_case_id", "check_in", ["case_id"])


def downgrade() -> None:
    op.drop_table("check_in")
