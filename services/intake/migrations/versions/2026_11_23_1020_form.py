"""The intake form."""

import sqlalchemy as sa
from alembic import op

revision = "202611231020"
down_revision = "202611231010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_entry",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("contradicts", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint("source IN ('borrower', 'third_party', 'core')", name=op.f("ck_form_entry_source")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_form_entry_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "field", "number", name=op.f("pk_form_entry")),
    )


def downgrade() -> None:
    op.drop_table("form_entry")
