"""The words with which something was asked for beside the promise itself, and that a conversation was handed over."""

import sqlalchemy as sa
from alembic import op

revision = "202611220970"
down_revision = "202611220960"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("commitment", sa.Column("said", sa.Text(), nullable=True))
    op.add_column("talk", sa.Column("handed_over", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("talk", "handed_over")
    op.drop_column("commitment", "said")
