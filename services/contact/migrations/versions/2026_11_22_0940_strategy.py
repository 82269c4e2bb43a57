"""The steps of a round, each with the reason for its way; and since when a case is known to be one of hardship."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611220940"
down_revision = "202611220930"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "contact_step",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        *(_text(name) for name in ("kind", "stage", "purpose", "message_class")),
        _json("channels"),
        *(_text(name) for name in ("language", "tone", "owner_role", "treatment", "policy_version")),
        *(_text(name) for name in ("reason", "reason_zh")),
        sa.Column("wait_days", sa.Integer(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        _instant("taken_at"),
        _text("decision", nullable=True),
        _text("decided_by", nullable=True),
        _instant("decided_at", nullable=True),
        _json("staff"),
        sa.CheckConstraint("kind IN ('message', 'call', 'visit', 'pause')", name=op.f("ck_contact_step_kind")),
        sa.CheckConstraint("decision IN ('permitted', 'refused')", name=op.f("ck_contact_step_decision")),
        sa.CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name=op.f("ck_contact_step_decided")),
        sa.PrimaryKeyConstraint("case_id", "round", "step", name=op.f("pk_contact_step")),
    )
    # A message of a round is one of its purpose: whoever lets it out finds its step by that.
    op.create_index(
        "ix_contact_step_message",
        "contact_step",
        ["case_id", "round", "purpose"],
        unique=True,
        postgresql_where=sa.text("kind = 'message'"),
    )
    op.add_column("contact_case", _instant("hardship_at", nullable=True))


def downgrade() -> None:
    op.drop_column("contact_case", "hardship_at")
    op.drop_index("ix_contact_step_message", table_name="contact_step")
    op.drop_table("contact_step")
