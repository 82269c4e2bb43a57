"""Whether everything mandatory was told to the borrower of a case, as other services heard last."""

import sqlalchemy as sa
from alembic import op

revision = "202611230900"
down_revision = "202611220970"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact_case", sa.Column("disclosed", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("contact_case", "disclosed")
