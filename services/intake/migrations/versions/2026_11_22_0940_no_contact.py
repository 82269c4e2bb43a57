"""A supervisor may have a borrower whom nobody reached contacted in another round."""

import sqlalchemy as sa
from alembic import op

revision = "202611220940"
down_revision = "202611220930"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        sa.text(
            "INSERT INTO case_transition (source, trigger, target) "
            "VALUES ('NO_AGREEMENT', 'negotiation.reopened', 'CONTACTING')"
        )
    )


def downgrade() -> None:
    op.execute(
        sa.text("DELETE FROM case_transition WHERE source = 'NO_AGREEMENT' AND trigger = 'negotiation.reopened'")
    )
