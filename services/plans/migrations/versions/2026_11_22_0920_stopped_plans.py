"""A plan in force that ended with its case was stopped: it is neither completed nor broken."""

from alembic import op

revision = "202611220920"
down_revision = "202611220910"
branch_labels = None
depends_on = None

BEFORE = (
    "state IN ('DRAFTED', 'SUPERSEDED', 'SUBMITTED', 'RETURNED', 'REJECTED', 'OFFERED', 'COUNTERED', 'DECLINED', "
    "'EXPIRED', 'SIGNED', 'ACTIVATION_REFUSED', 'ACTIVE', 'BROKEN', 'COMPLETED', 'WITHDRAWN')"
)
AFTER = BEFORE.replace("'WITHDRAWN'", "'WITHDRAWN', 'STOPPED'")


def upgrade() -> None:
    op.drop_constraint("ck_plan_state", "plan")
    op.create_check_constraint(op.f("ck_plan_state"), "plan", AFTER)


def downgrade() -> None:
    op.execute("UPDATE plan SET state = 'COMPLETED' WHERE state = 'STOPPED'")
    op.drop_constraint("ck_plan_state", "plan")
    op.create_check_constraint(op.f("ck_plan_state"), "plan", BEFORE)
