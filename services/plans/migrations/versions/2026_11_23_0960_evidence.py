"""Evidence in full: what was asked for, how it came, the checks of it, its revocation, and which plans rest on it."""

import sqlalchemy as sa
from alembic import op

from services.common.runtime.migration_steps import forbid_change

revision = "202611230960"
down_revision = "202611230990"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("evidence", sa.Column("channel", sa.Text(), nullable=False, server_default="recorded"))
    op.execute("UPDATE evidence SET channel = 'portal' WHERE uploaded_by LIKE 'borrower:%'")
    for column in ("revision", "channel"):
        op.alter_column("evidence", column, server_default=None)
    op.add_column("evidence", sa.Column("period_start", sa.Date(), nullable=True))
    op.add_column("evidence", sa.Column("period_end", sa.Date(), nullable=True))
    op.add_column("evidence", sa.Column("facts", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_evidence_period"), "evidence", "(period_start IS NULL) = (period_end IS NULL)")
    op.create_check_constraint(op.f("ck_evidence_period_order"), "evidence", "period_start <= period_end")
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"])
    op.create_table(
        "evidence_request",
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_type", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('expired', 'revoked', 'unreadable', 'incomplete', 'circumstances_changed')",
            name=op.f("ck_evidence_request_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.checklist_id"], name=op.f("fk_evidence_request_checklist_id_checklist")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.evidence_id"], name=op.f("fk_evidence_request_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("checklist_id", "number", name=op.f("pk_evidence_request")),
    )
    op.create_index("ix_evidence_request_case_id", "evidence_request", ["case_id"])
    op.create_table(
        "evidence_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "result IN ('PASSED', 'FAILED', 'INCONCLUSIVE', 'FLAGGED')", name=op.f("ck_evidence_check_result")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.evidence_id"], name=op.f("fk_evidence_check_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_check")),
    )
    op.create_index("ix_evidence_check_evidence_id", "evidence_check", ["evidence_id"])
    op.create_index(
        "ix_evidence_check_system",
        "evidence_check",
        ["evidence_id", "method"],
        unique=True,
        postgresql_where=sa.text("checked_by = 'system'"),
    )
    op.create_table(
        "evidence_revocation",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause IN ('consent_withdrawn', 'forged')", name=op.f("ck_evidence_revocation_cause")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.evidence_id"], name=op.f("fk_evidence_revocation_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_revocation")),
    )
    op.create_table(
        "plan_basis",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_plan_basis_plan_id_version_plan")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.evidence_id"], name=op.f("fk_plan_basis_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", "evidence_id", name=op.f("pk_plan_basis")),
    )
    op.create_index("ix_plan_basis_evidence_id", "plan_basis", ["evidence_id"])
    for table in ("evidence_check", "evidence_revocation", "plan_basis"):
        forbid_change(table)


def downgrade() -> None:
    for table in ("plan_basis", "evidence_revocation", "evidence_check", "evidence_request"):
        op.drop_table(table)
    op.drop_index("ix_evidence_sha256", "evidence")
    op.drop_constraint("ck_evidence_period_order", "evidence")
    op.drop_constraint("ck_evidence_period", "evidence")
    for column in ("facts", "period_end", "period_start", "channel", "revision"):
        op.drop_column("evidence", column)
