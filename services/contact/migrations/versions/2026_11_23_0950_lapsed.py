"""Requests to override a refusal lapse when nobody decides on them."""

import sqlalchemy as sa
from alembic import op

revision = "202611230950"
down_revision = "202611230930"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _checked("'requested', 'approved', 'rejected', 'lapsed'", "state IN ('requested', 'lapsed')")


def downgrade() -> None:
    op.execute(sa.text("UPDATE override SET state = 'requested' WHERE state = 'lapsed'"))
    _checked("'requested', 'approved', 'rejected'", "state = 'requested'")


def _checked(states: str, undecided: str) -> None:
    for name, check in (("state", f"state IN ({states})"), ("decided", f"(decided_by IS NULL) = ({undecided})")):
        op.drop_constraint(op.f(f"ck_override_{name}"), "override", type_="check")
        op.create_check_constraint(op.f(f"ck_override_{name}"), "override", check)
