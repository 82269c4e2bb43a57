"""Who answers for a case, so that agents see the cases that are theirs or nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "202611220920"
down_revision = "202611220910"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_assignee",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )


def downgrade() -> None:
    op.drop_table("case_assignee")
