"""The first tables of followup."""

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
        "agreement",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("unapplied", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("schedule_hash", sa.Text(), nullable=False),
        sa.Column("core_reference", sa.Text(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("tolerance_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("broken_after_missed", sa.Integer(), nullable=False),
        sa.Column("broken_after_days", sa.Integer(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("activated_on", sa.Date(), nullable=False),
        sa.Column("judge_on", sa.Date(), nullable=True),
        sa.Column("verdict_on", sa.Date(), nullable=True),
        sa.Column("remind_number", sa.Integer(), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_state", sa.Text(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("episode_from", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("notice_state IN ('none', 'pending', 'served', 'failed')", name="notice_state"),
        sa.CheckConstraint("standing IN ('ON_TRACK', 'AT_RISK', 'BROKEN_CANDIDATE', 'COMPLETED')", name="standing"),
        sa.CheckConstraint("state IN ('active', 'at_risk', 'broken', 'completed', 'stopped')", name="state"),
        sa.PrimaryKeyConstraint("agreement_id"),
    )
    op.create_index("ix_agreement_account_ref", "agreement", ["account_ref", "activated_on"], unique=False)
    op.create_index(
        "ix_agreement_active_account",
        "agreement",
        ["account_ref"],
        unique=True,
        postgresql_where=sa.text("state IN ('active', 'at_risk')"),
    )
    op.create_index("ix_agreement_case_id", "agreement", ["case_id"], unique=False)
    op.create_index(
        "ix_agreement_judge_on",
        "agreement",
        ["judge_on"],
        unique=False,
        postgresql_where=sa.text("state IN ('active', 'at_risk')"),
    )
    op.create_table(
        "closed_day",
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_through", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("partition"),
    )
    op.create_table(
        "posting",
        sa.Column("posting_ref", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("booking_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reverses"),
        sa.CheckConstraint("kind IN ('payment', 'reversal')", name="kind"),
        sa.CheckConstraint("source IN ('feed', 'api')", name="source"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.PrimaryKeyConstraint("posting_ref"),
    )
    op.create_index("ix_posting_account_ref", "posting", ["account_ref", "value_date"], unique=False)
    op.create_index(
        "ix_posting_reverses", "posting", ["reverses"], unique=False, postgresql_where=sa.text("reverses IS NOT NULL")
    )
    op.create_table(
        "instalment",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("last_good_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paid", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("paid_in_time", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('SCHEDULED', 'DUE', 'PART_PAID', 'PAID', 'MISSED', 'CAUGHT_UP')", name="state"),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.agreement_id"],
        ),
        sa.PrimaryKeyConstraint("agreement_id", "number"),
    )
    op.create_table(
        "unmatched_posting",
        sa.Column("posting_ref", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('account_format', 'unknown_original', 'other_currency', 'after_completion')", name="reason"
        ),
        sa.ForeignKeyConstraint(
            ["posting_ref"],
            ["posting.posting_ref"],
        ),
        sa.PrimaryKeyConstraint("posting_ref"),
    )
    op.create_index(
        "ix_unmatched_posting_open",
        "unmatched_posting",
        ["opened_at", "posting_ref"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("unmatched_posting")
    op.drop_table("instalment")
    op.drop_table("posting")
    op.drop_table("closed_day")
    op.drop_table("agreement")
    drop_plumbing_2026_11()
