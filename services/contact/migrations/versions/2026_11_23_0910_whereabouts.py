"""Where joint debtors and guarantors may be."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "202611230910"
down_revision = "202611230900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("party", sa.Column("time_zones", JSONB(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("party", "time_zones")
