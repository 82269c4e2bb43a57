"""Joint debtors, who may answer for themselves as the borrower of the case may."""

import sqlalchemy as sa
from alembic import op

revision = "202611220930"
down_revision = "202611220920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joint_debtor",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "party_id"),
    )


def downgrade() -> None:
    op.drop_table("joint_debtor")
