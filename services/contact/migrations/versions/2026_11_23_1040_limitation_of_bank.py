"""The bank itself says from when the time of a debt counts, with the case."""

import sqlalchemy as sa
from alembic import op

revision = "202611231040"
down_revision = "202611230960"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sources("'bank', 'core', 'contract', 'court', 'counsel'")


def downgrade() -> None:
    op.execute(sa.text("UPDATE limitation SET source = 'core' WHERE source = 'bank'"))
    _sources("'core', 'contract', 'court', 'counsel'")


def _sources(names: str) -> None:
    op.drop_constraint(op.f("ck_limitation_source"), "limitation", type_="check")
    op.create_check_constraint(op.f("ck_limitation_source"), "limitation", f"source IN ({names})")
