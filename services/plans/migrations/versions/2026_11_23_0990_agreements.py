"""How agreements are signed and printed, and what objections were answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "202611230990"
down_revision = "202611230980"
branch_labels = None
depends_on = None

_TEXT = ("method", "consent_version", "recording_ref", "payment_method", "mandate_ref")
_CHECKS = {
    "method": "method IN ('one_time_code', 'recording')",
    "payment_method": "payment_method IN ('direct_debit', 'bank_transfer', 'card', 'counter')",
    "recording": "(method = 'recording') = (recording_ref IS NOT NULL)",
    "code": "(method = 'one_time_code') = (signing_id IS NOT NULL)",
    "mandate": "payment_method <> 'direct_debit' OR mandate_ref IS NOT NULL",
}


def upgrade() -> None:
    op.add_column("objection", sa.Column("answer", JSONB(), nullable=True))
    op.drop_constraint("uq_objection_plan_id_version", "objection")
    op.create_unique_constraint(
        op.f("uq_objection_plan_id_version_reason"), "objection", ["plan_id", "version", "reason"]
    )
    op.create_table(
        "signing_code",
        sa.Column("signing_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_to", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("signing_id", name=op.f("pk_signing_code")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_signing_code_plan_id_version_plan")
        ),
        sa.UniqueConstraint("plan_id", "version", "number", name=op.f("uq_signing_code_plan_id_version_number")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_signing_code_tries")),
    )
    for column in _TEXT:
        op.add_column("agreement", sa.Column(column, sa.Text(), nullable=True))
    op.add_column("agreement", sa.Column("signing_id", sa.Uuid(), nullable=True))
    op.add_column("agreement", sa.Column("understood", JSONB(), nullable=True))
    op.add_column("agreement", sa.Column("cooling_off_until", sa.Date(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agreement_signing_id_signing_code"), "agreement", "signing_code", ["signing_id"], ["signing_id"]
    )
    for name, rule in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_agreement_{name}"), "agreement", rule)
    op.create_table(
        "agreement_document",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "language", name=op.f("pk_agreement_document")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_agreement_document_agreement_id_agreement")
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_agreement_document_language")),
    )


def downgrade() -> None:
    op.drop_table("agreement_document")
    for name in _CHECKS:
        op.drop_constraint(f"ck_agreement_{name}", "agreement")
    op.drop_constraint("fk_agreement_signing_id_signing_code", "agreement")
    for column in (*_TEXT, "signing_id", "understood", "cooling_off_until"):
        op.drop_column("agreement", column)
    op.drop_table("signing_code")
    op.drop_constraint("uq_objection_plan_id_version_reason", "objection")
    op.create_unique_constraint(op.f("uq_objection_plan_id_version"), "objection", ["plan_id", "version"])
    op.drop_column("objection", "answer")
