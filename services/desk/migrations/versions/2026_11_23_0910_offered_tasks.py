"""Deputies to whom a task is offered, and when was last reminded of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611230910"
down_revision = "202611220900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "work_item", sa.Column("offered_to", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
    op.add_column("work_item", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("work_item", "reminded_at")
    op.drop_column("work_item", "offered_to")
