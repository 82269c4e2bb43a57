"""Until when debts can be claimed in court, as the bank says."""

import sqlalchemy as sa
from alembic import op

revision = "202611230930"
down_revision = "202611230920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limitation",
        sa.Column("case_id", sa.Uuid(), primary_key=True),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(counted_from IS NULL) <> (ends_on IS NULL)", name=op.f("ck_limitation_one_day")),
        sa.CheckConstraint("source IN ('core', 'contract', 'court', 'counsel')", name=op.f("ck_limitation_source")),
    )


def downgrade() -> None:
    op.drop_table("limitation")
