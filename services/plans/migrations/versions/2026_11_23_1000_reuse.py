"""Documents that serve a further case of their borrower, and when a signing code was tried last."""

import sqlalchemy as sa
from alembic import op

revision = "202611231000"
down_revision = "202611230995"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Codes from before say nothing of when they were tried."""
    op.add_column("signing_code", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "evidence_reuse",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("consent_ref", sa.Text(), nullable=True),
        sa.Column("consented_by", sa.Text(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.evidence_id"]),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.checklist_id"]),
        sa.PrimaryKeyConstraint("case_id", "evidence_id"),
    )
    op.create_index("ix_evidence_reuse_evidence_id", "evidence_reuse", ["evidence_id"])


def downgrade() -> None:
    """Forget both."""
    op.drop_table("evidence_reuse")
    op.drop_column("signing_code", "tried_at")
