"""What borrowers ask for while their agreement runs; nothing is broken meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "202611230975"
down_revision = "202611230970"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "renegotiation",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=True),
        sa.Column("ended_for", sa.Text(), nullable=True),
        sa.Column("known_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('heard', 'asked', 'running', 'ended')", name="state"),
        sa.CheckConstraint("(state = 'running') <= (ends_at IS NOT NULL)", name="running"),
        sa.CheckConstraint("(state = 'ended') = (ended_for IS NOT NULL)", name="ended"),
        sa.PrimaryKeyConstraint("request_id", name="pk_renegotiation"),
        sa.UniqueConstraint("agreement_id", "number", name="uq_renegotiation_number"),
    )
    op.create_index("ix_renegotiation_case_id", "renegotiation", ["case_id"])
    op.add_column(
        "agreement", sa.Column("renegotiating", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.add_column("agreement", sa.Column("renegotiating_until", _INSTANT, nullable=True))
    op.create_check_constraint("renegotiating", "agreement", "NOT renegotiating OR state IN ('active', 'at_risk')")
    op.create_check_constraint("renegotiating_until", "agreement", "renegotiating OR renegotiating_until IS NULL")


def downgrade() -> None:
    for name in ("renegotiating_until", "renegotiating"):
        op.drop_constraint(name, "agreement", type_="check")
        op.drop_column("agreement", name)
    op.drop_table("renegotiation")
