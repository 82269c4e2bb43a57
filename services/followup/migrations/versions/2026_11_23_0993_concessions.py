"""What a plan concedes and how much of what is affordable it leaves, for measures."""

import sqlalchemy as sa
from alembic import op

revision = "202611230993"
down_revision = "202611230992"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("happening", sa.Column("conceded", sa.Numeric(19, 4), nullable=True), schema="reporting")
    op.add_column("happening", sa.Column("headroom", sa.Numeric(9, 4), nullable=True), schema="reporting")


def downgrade() -> None:
    op.drop_column("happening", "headroom", schema="reporting")
    op.drop_column("happening", "conceded", schema="reporting")
