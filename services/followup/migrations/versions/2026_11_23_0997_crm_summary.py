"""What is written back to the bank's records of its customers when a case ends well."""

import sqlalchemy as sa
from alembic import op

revision = "202611230997"
down_revision = "202611230996"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_summary",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(reference IS NULL) = (written_at IS NULL)", name=op.f("ck_crm_summary_written")),
        sa.PrimaryKeyConstraint("case_id", name="pk_crm_summary"),
    )


def downgrade() -> None:
    op.drop_table("crm_summary")
