"""What was reported of the account when its case ended."""

import sqlalchemy as sa
from alembic import op

revision = "202611230996"
down_revision = "202611230993"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_end", sa.Column("credit_status", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("case_end", "credit_status")
