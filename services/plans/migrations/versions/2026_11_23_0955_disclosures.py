"""What a borrower must still be told about a case, as contact says it."""

import sqlalchemy as sa
from alembic import op

revision = "202611230955"
down_revision = "202611220950"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_disclosure",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )


def downgrade() -> None:
    op.drop_table("case_disclosure")
