"""When a borrower took a signed agreement back, within the days that a pack gives for it."""

import sqlalchemy as sa
from alembic import op

revision = "202611231010"
down_revision = "202611231000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Agreements from before were not taken back."""
    op.add_column("agreement", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("agreement", "taken_back_at")
