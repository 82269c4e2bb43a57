"""Overrides of a refusal by two people, and who and what a permit was asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611220945"
down_revision = "202611220940"
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "override",
        sa.Column("override_id", sa.Uuid(), nullable=False),
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("legal_reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        _instant("requested_at"),
        _instant("expires_at"),
        sa.Column("decided_by", sa.String(), nullable=True),
        _instant("decided_at", nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("granted_permit_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('requested', 'approved', 'rejected')", name=op.f("ck_override_state")),
        sa.CheckConstraint("(decided_by IS NULL) = (state = 'requested')", name=op.f("ck_override_decided")),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_override_four_eyes")),
        sa.CheckConstraint("(granted_permit_id IS NULL) = (state <> 'approved')", name=op.f("ck_override_granted")),
        sa.PrimaryKeyConstraint("override_id", name=op.f("pk_override")),
        sa.UniqueConstraint("permit_id", name=op.f("uq_override_permit_id")),
    )
    op.create_index("ix_override_open", "override", ["requested_at"], postgresql_where=sa.text("state = 'requested'"))
    for name, empty in (("asked", "{}"), ("overridden", "[]")):
        op.add_column("permit", sa.Column(name, postgresql.JSONB(), nullable=False, server_default=empty))
        # Only the permits that are there already need the default.
        op.alter_column("permit", name, server_default=None)
    op.create_index(
        "ix_conversation_borrower", "conversation", ["borrower_id", "at"], postgresql_where=sa.text("permit_id IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_conversation_borrower", "conversation")
    op.drop_column("permit", "overridden")
    op.drop_column("permit", "asked")
    op.drop_table("override")
