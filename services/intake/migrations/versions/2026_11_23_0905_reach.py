"""Whom a hold reaches: a person, the person's share in one debt, or everybody who owes the debt."""

import sqlalchemy as sa
from alembic import op

revision = "202611230905"
down_revision = "202611220940"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hold", sa.Column("reach", sa.Text(), nullable=False, server_default="person"))
    op.create_check_constraint(op.f("ck_hold_reach"), "hold", "reach IN ('person', 'share', 'debt')")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_hold_reach"), "hold", type_="check")
    op.drop_column("hold", "reach")
