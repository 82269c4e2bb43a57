"""With how many lenders somebody who asks for relief is in difficulty."""

import sqlalchemy as sa
from alembic import op

revision = "202611230990"
down_revision = "202611230980"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relief_request", sa.Column("lenders", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("relief_request", "lenders")
