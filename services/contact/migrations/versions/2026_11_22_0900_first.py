"""First tables of contact."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.common.runtime.migration_steps import (
    create_plumbing_2026_11,
    drop_plumbing_2026_11,
    forbid_change,
)

revision = "202611220900"
down_revision = None
branch_labels = None
depends_on = None

# What was said and tried is evidence for both sides; nobody changes it afterwards.
APPEND_ONLY = ("attempt", "conversation", "inbound")


def upgrade() -> None:
    create_plumbing_2026_11()
    op.create_table(
        "attempt",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("number_digest", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("counts_as_attempt", sa.Boolean(), nullable=False),
        sa.Column("counts_as_connected", sa.Boolean(), nullable=False),
        sa.Column("counts_as_conversation", sa.Boolean(), nullable=False),
        sa.Column("counts_as_rpc", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("permit_id", name=op.f("uq_attempt_permit_id")),
    )
    op.create_index("ix_attempt_borrower", "attempt", ["borrower_id", "channel", "at"], unique=False)
    op.create_index("ix_attempt_case", "attempt", ["case_id", "at"], unique=False)
    op.create_index("ix_attempt_number", "attempt", ["number_digest", "channel", "at"], unique=False)
    op.create_table(
        "cadence",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'engaged', 'exhausted', 'stopped')", name=op.f("ck_cadence_state")),
        sa.PrimaryKeyConstraint("case_id", "round", name=op.f("pk_cadence")),
    )
    op.create_table(
        "contact_budget",
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("borrower_id", name=op.f("pk_contact_budget")),
    )
    op.create_table(
        "contact_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("time_zones", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("contactable", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("numbers_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin IN ('bank', 'borrower', 'file')", name=op.f("ck_contact_case_origin")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_contact_case")),
    )
    op.create_index(op.f("ix_contact_case_borrower_id"), "contact_case", ["borrower_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("permit_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("party_verified", sa.Boolean(), nullable=False),
        sa.Column("read_back_confirmed", sa.Boolean(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("permit_id", name=op.f("uq_conversation_permit_id")),
    )
    op.create_index("ix_conversation_case", "conversation", ["case_id", "at"], unique=False)
    op.create_table(
        "hold",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("blocks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin IN ('intake', 'opt_out', 'quiet_period')", name=op.f("ck_hold_origin")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_hold")),
    )
    op.create_index(
        "ix_hold_borrower", "hold", ["borrower_id"], unique=False, postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_table(
        "inbound",
        sa.Column("inbound_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("number_digest", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opt_out", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbound_id", name=op.f("pk_inbound")),
    )
    op.create_index("ix_inbound_borrower", "inbound", ["borrower_id", "channel", "at"], unique=False)
    op.create_table(
        "message",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("object_ref", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message_class", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reservations", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("permit_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'unknown', 'sent', 'delivered', 'failed', 'refused', 'unreachable')",
            name=op.f("ck_message_state"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_message_provider_id")),
    )
    op.create_index("ix_message_case", "message", ["case_id", "planned_at"], unique=False)
    op.create_index("ix_message_permit_id", "message", ["permit_id"], unique=False)
    op.create_table(
        "number",
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("barred_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number_id", name=op.f("pk_number")),
    )
    op.create_index("ix_number_borrower", "number", ["borrower_id", "channel", "digest"], unique=True)
    op.create_index(op.f("ix_number_digest"), "number", ["digest"], unique=False)
    op.create_table(
        "permit",
        sa.Column("permit_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("number_id", sa.Uuid(), nullable=True),
        sa.Column("number_digest", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("message_class", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdicts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("pack_version", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict IN ('permitted', 'refused')", name=op.f("ck_permit_verdict")),
        sa.PrimaryKeyConstraint("permit_id", name=op.f("pk_permit")),
    )
    op.create_index("ix_permit_case", "permit", ["case_id", "decided_at"], unique=False)
    op.create_index(
        "ix_permit_reserved",
        "permit",
        ["borrower_id", "channel", "expires_at"],
        unique=False,
        postgresql_where=sa.text("verdict = 'permitted' AND used_at IS NULL"),
    )
    op.create_table(
        "webhook",
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhook")),
    )
    for table in APPEND_ONLY:
        forbid_change(table)


def downgrade() -> None:
    op.drop_table("webhook")
    op.drop_table("permit")
    op.drop_table("number")
    op.drop_table("message")
    op.drop_table("inbound")
    op.drop_table("hold")
    op.drop_table("conversation")
    op.drop_table("contact_case")
    op.drop_table("contact_budget")
    op.drop_table("cadence")
    op.drop_table("attempt")
    drop_plumbing_2026_11()
