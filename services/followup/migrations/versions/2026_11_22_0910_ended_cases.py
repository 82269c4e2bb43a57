"""Cases that have ended, so that an agreement of one that is heard of later is not followed up."""

import sqlalchemy as sa
from alembic import op

revision = "202611220910"
down_revision = "202611220900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )


def downgrade() -> None:
    op.drop_table("ended_case")
