"""From which day the time counts in which a debt can be claimed in court, as the bank says it."""

import sqlalchemy as sa
from alembic import op

revision = "202611231040"
down_revision = "202611231030"
branch_labels = None
depends_on = None

TABLES = ("collections_case", "import_stage")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("limitation_from", sa.Date(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "limitation_from")
