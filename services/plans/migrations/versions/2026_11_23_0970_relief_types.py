"""A plan can be made of any relief of the catalogue."""

from alembic import op

revision = "202611230970"
down_revision = "202611230955"
branch_labels = None
depends_on = None

BEFORE = "relief_type IN ('EXTEND', 'INT_STOP')"
AFTER = (
    "relief_type IN ('DEFER_CAP', 'DEFER_SPREAD', 'DEFER_WAIVE', 'REDUCED', 'EXTEND', 'RATE_CUT', 'INT_STOP', "
    "'FEE_WAIVE', 'INT_WAIVE', 'PRIN_DISC', 'CAPITALISE', 'REAGE', 'SETTLE', 'CONSOLIDATE', 'COLLATERAL', "
    "'HOLD_INTERIM', 'PTP')"
)


def upgrade() -> None:
    op.drop_constraint("ck_plan_relief_type", "plan")
    op.create_check_constraint(op.f("ck_plan_relief_type"), "plan", AFTER)


def downgrade() -> None:
    op.drop_constraint("ck_plan_relief_type", "plan")
    op.create_check_constraint(op.f("ck_plan_relief_type"), "plan", BEFORE)
