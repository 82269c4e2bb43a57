"""Amounts of promises to pay, and the account of a case, so that they can be judged by what is posted."""

import sqlalchemy as sa
from alembic import op

revision = "202611230960"
down_revision = "202611230950"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact_case", sa.Column("account_ref", sa.String(), nullable=False, server_default=""))
    op.add_column("commitment", sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=True))
    op.add_column("commitment", sa.Column("currency", sa.String(), nullable=True))
    op.create_check_constraint("amount", "commitment", "(amount IS NULL) = (currency IS NULL)")


def downgrade() -> None:
    op.drop_constraint("amount", "commitment", type_="check")
    op.drop_column("commitment", "currency")
    op.drop_column("commitment", "amount")
    op.drop_column("contact_case", "account_ref")
