"""An offer may be taken back before it is accepted: the case is about a draft again."""

import sqlalchemy as sa
from alembic import op

revision = "202611230907"
down_revision = "202611230905"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        sa.text(
            "INSERT INTO case_transition (source, trigger, target) "
            "VALUES ('OFFERED', 'offer.withdrawn', 'PLAN_DRAFTED')"
        )
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM case_transition WHERE source = 'OFFERED' AND trigger = 'offer.withdrawn'"))
