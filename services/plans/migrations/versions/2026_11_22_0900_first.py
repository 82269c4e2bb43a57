"""Plumbing, copies of cases, negotiation rounds, statements of means, evidence."""

import sqlalchemy as sa
from alembic import op

from services.common.runtime.migration_steps import create_plumbing_2026_11, drop_plumbing_2026_11, forbid_change

revision = "202611220900"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing_2026_11()
    op.create_table(
        "plan_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("days_past_due", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_plan_case")),
    )
    op.create_index("ix_plan_case_borrower_id", "plan_case", ["borrower_id"], unique=False)
    op.create_table(
        "negotiation",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("request_type", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome = 'active') = (agreement_id IS NOT NULL)", name=op.f("ck_negotiation_agreement")),
        sa.CheckConstraint("(phase = 'ended') = (outcome IS NOT NULL)", name=op.f("ck_negotiation_ended")),
        sa.CheckConstraint("outcome IN ('active', 'no_agreement', 'stopped')", name=op.f("ck_negotiation_outcome")),
        sa.CheckConstraint(
            "phase IN ('waiting', 'means', 'evidence', 'review', 'draft', 'approval', 'offer', 'activation', 'ended')",
            name=op.f("ck_negotiation_phase"),
        ),
        sa.CheckConstraint(
            "reason IN ('activated', 'deficit', 'evidence_deadline_passed', 'evidence_rejected', "
            "'plan_rejected', 'offer_expired', 'offer_declined', 'cured', 'settled', 'reopened', "
            "'case_closed')",
            name=op.f("ck_negotiation_reason"),
        ),
        sa.PrimaryKeyConstraint("case_id", "round", name=op.f("pk_negotiation")),
    )
    op.create_table(
        "statement_of_means",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("hardship_reason", sa.Text(), nullable=False),
        sa.Column("willing", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("surplus", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("usable", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("own_share", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "result IN ('AFFORDABLE', 'UNAFFORDABLE', 'DEFICIT')", name=op.f("ck_statement_of_means_result")
        ),
        sa.CheckConstraint("own_share >= 0", name=op.f("ck_statement_of_means_own_share")),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_statement_of_means")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_statement_of_means_case_id_round")),
    )
    op.create_table(
        "checklist",
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'RECEIVED', 'VERIFIED', 'REJECTED', 'LAPSED')", name=op.f("ck_checklist_state")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["statement_of_means.assessment_id"],
            name=op.f("fk_checklist_assessment_id_statement_of_means"),
        ),
        sa.PrimaryKeyConstraint("checklist_id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_checklist_case_id_round")),
    )
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("stated_end", sa.Date(), nullable=True),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state <> 'VERIFIED' OR expires_on IS NOT NULL", name=op.f("ck_evidence_expires_on")),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'RECEIVED', 'UNDER_REVIEW', 'VERIFIED', 'NEEDS_MORE', "
            "'REJECTED', 'EXPIRED', 'REVOKED')",
            name=op.f("ck_evidence_state"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_evidence_sha256")),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_size")),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.checklist_id"], name=op.f("fk_evidence_checklist_id_checklist")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("checklist_id", "number", name=op.f("uq_evidence_checklist_id_number")),
        sa.UniqueConstraint("object_key", name=op.f("uq_evidence_object_key")),
    )
    op.create_index("ix_evidence_case_id", "evidence", ["case_id"], unique=False)
    op.create_table(
        "evidence_review",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("result IN ('VERIFIED', 'NEEDS_MORE', 'REJECTED')", name=op.f("ck_evidence_review_result")),
        sa.CheckConstraint("reviewer <> uploaded_by", name=op.f("ck_evidence_review_four_eyes")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.evidence_id"], name=op.f("fk_evidence_review_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_review")),
    )
    forbid_change("evidence_review")


def downgrade() -> None:
    for table in ("evidence_review", "evidence", "checklist", "statement_of_means", "negotiation", "plan_case"):
        op.drop_table(table)
    drop_plumbing_2026_11()
