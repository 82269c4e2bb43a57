"""Stops of outbound contact, which two people lift, and the messages that wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "202611220910"
down_revision = "202611220900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stop_order",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lift_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("lift_requested_by", sa.String(), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("scope IN ('all', 'pack', 'channel', 'template')", name=op.f("ck_stop_order_scope")),
        sa.CheckConstraint("(scope = 'all') = (value = '')", name=op.f("ck_stop_order_value")),
        sa.CheckConstraint(
            "(lift_requested_by IS NULL) = (lift_requested_at IS NULL)", name=op.f("ck_stop_order_lift_requested")
        ),
        sa.CheckConstraint(
            "(lifted_by IS NULL) = (lifted_at IS NULL) "
            "AND (lifted_by IS NULL OR coalesce(lift_requested_by <> lifted_by, false))",
            name=op.f("ck_stop_order_lifted_by_two"),
        ),
        sa.PrimaryKeyConstraint("stop_id", name=op.f("pk_stop_order")),
    )
    op.create_index(
        "ix_stop_order_open",
        "stop_order",
        ["scope", "value"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index("ix_stop_order_placed", "stop_order", ["placed_at", "stop_id"], unique=False)
    op.create_index(
        "ix_message_stopped",
        "message",
        ["message_id"],
        unique=False,
        postgresql_where=sa.text("state = 'planned' AND reason = 'STOP-01'"),
    )


def downgrade() -> None:
    op.drop_index("ix_message_stopped", table_name="message")
    op.drop_table("stop_order")
