"""When a borrower with nothing left for instalments was referred to debt advice."""

import sqlalchemy as sa
from alembic import op

revision = "202611230995"
down_revision = "202611230960"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; statements from before have none."""
    op.add_column("statement_of_means", sa.Column("advised_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("statement_of_means", "advised_at")
