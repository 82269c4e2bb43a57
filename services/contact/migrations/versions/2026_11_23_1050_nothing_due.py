"""Of what nothing is due any more: instalments that are paid, agreements that are over."""

import sqlalchemy as sa
from alembic import op

revision = "202611231050"
down_revision = "202611231040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nothing_due",
        sa.Column("agreement_id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_nothing_due_number")),
    )


def downgrade() -> None:
    op.drop_table("nothing_due")
