"""Statements of the bank by their pages, so that a day is closed by several files together."""

import sqlalchemy as sa
from alembic import op

revision = "202611230988"
down_revision = "202611230986"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement_page",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("page > 0", name=op.f("ck_statement_page_page")),
        sa.PrimaryKeyConstraint("account", "statement", "page", name=op.f("pk_statement_page")),
    )


def downgrade() -> None:
    op.drop_table("statement_page")
