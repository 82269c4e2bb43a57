"""The separate consent under which a document about health was handed in."""

import sqlalchemy as sa
from alembic import op

revision = "202611220950"
down_revision = "202611220940"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("consent_ref", sa.Text(), nullable=True))
    op.add_column("evidence", sa.Column("consented_by", sa.Text(), nullable=True))
    op.add_column("evidence", sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_evidence_consent"), "evidence", "num_nulls(consent_ref, consented_by, consented_at) IN (0, 3)"
    )


def downgrade() -> None:
    op.drop_constraint("ck_evidence_consent", "evidence")
    for column in ("consent_ref", "consented_by", "consented_at"):
        op.drop_column("evidence", column)
