"""Debts on which interest is stopped while a hold lasts."""

import sqlalchemy as sa
from alembic import op

revision = "202611230980"
down_revision = "202611230910"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest_stop",
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("wanted IN ('stopped', 'running')", name=op.f("ck_interest_stop_wanted")),
        sa.CheckConstraint("state IN ('asked', 'confirmed', 'refused')", name=op.f("ck_interest_stop_state")),
        sa.CheckConstraint("(state = 'refused') = (code IS NOT NULL)", name=op.f("ck_interest_stop_refused")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.hold_id"], name=op.f("fk_interest_stop_hold_id_hold")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_interest_stop_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("stop_id", name=op.f("pk_interest_stop")),
    )
    op.create_index("ix_interest_stop_hold_id", "interest_stop", ["hold_id", "case_id"], unique=True)
    op.create_index(
        "ix_interest_stop_account", "interest_stop", ["account_ref"], postgresql_where=sa.text("wanted = 'stopped'")
    )


def downgrade() -> None:
    op.drop_table("interest_stop")
