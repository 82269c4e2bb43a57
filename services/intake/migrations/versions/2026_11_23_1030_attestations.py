"""What borrowers attested of their means."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611231030"
down_revision = "202611231020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attestation",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("words_version", sa.Text(), nullable=False),
        sa.Column("differences", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("how IN ('told', 'signed', 'portal')", name=op.f("ck_attestation_how")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_attestation_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "assessment_id", name=op.f("pk_attestation")),
    )


def downgrade() -> None:
    op.drop_table("attestation")
