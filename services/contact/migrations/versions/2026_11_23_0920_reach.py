"""Whom a hold reaches: a person, the person's share in one debt, or everybody who owes the debt."""

import sqlalchemy as sa
from alembic import op

revision = "202611230920"
down_revision = "202611230910"
branch_labels = None
depends_on = None

HEARD = (
    "origin IN ('intake', 'quiet_period', 'opt_out', 'channel_stop', 'cease', 'distress', 'complaint', 'dispute', "
    "'attorney', 'bankruptcy', 'deceased', 'fraud', 'hardship'{})"
)


def upgrade() -> None:
    op.add_column("hold", sa.Column("reach", sa.String(), nullable=False, server_default="person"))
    op.create_check_constraint(op.f("ck_hold_reach"), "hold", "reach IN ('person', 'share', 'debt')")
    # Holds that were heard before: a dispute is about the debt, an attorney speaks about one.
    op.execute(sa.text("UPDATE hold SET reach = 'debt' WHERE origin = 'dispute'"))
    op.execute(sa.text("UPDATE hold SET reach = 'share' WHERE origin = 'attorney'"))
    op.drop_constraint(op.f("ck_hold_origin"), "hold", type_="check")
    op.create_check_constraint(op.f("ck_hold_origin"), "hold", HEARD.format(", 'agreement'"))
    # The guard asks for holds that are not lifted yet, which an index of those without a moment could not answer.
    op.drop_index("ix_hold_borrower", table_name="hold")
    op.create_index("ix_hold_borrower", "hold", ["borrower_id"])
    op.create_index("ix_hold_debt", "hold", ["case_id"], postgresql_where=sa.text("reach = 'debt'"))


def downgrade() -> None:
    op.drop_index("ix_hold_debt", table_name="hold")
    op.drop_index("ix_hold_borrower", table_name="hold")
    op.create_index("ix_hold_borrower", "hold", ["borrower_id"], postgresql_where=sa.text("lifted_at IS NULL"))
    op.execute(sa.text("DELETE FROM hold WHERE origin = 'agreement'"))
    op.drop_constraint(op.f("ck_hold_origin"), "hold", type_="check")
    op.create_check_constraint(op.f("ck_hold_origin"), "hold", HEARD.format(""))
    op.drop_constraint(op.f("ck_hold_reach"), "hold", type_="check")
    op.drop_column("hold", "reach")
