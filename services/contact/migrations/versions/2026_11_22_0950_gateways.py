"""What gateways of several channels need: the ways a message went in vain, and stops of a portfolio."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611220950"
down_revision = "202611220945"
branch_labels = None
depends_on = None

_SCOPE = "scope IN ('all', 'pack', 'channel', 'template'{})"


def upgrade() -> None:
    op.add_column("message", sa.Column("template_version", sa.String(), nullable=True))
    op.add_column("message", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("message", sa.Column("tried", postgresql.JSONB(), nullable=False, server_default="[]"))
    # Only the messages that are there already need the defaults.
    op.alter_column("message", "tries", server_default=None)
    op.alter_column("message", "tried", server_default=None)
    _scope(", 'portfolio'")


def downgrade() -> None:
    op.execute("DELETE FROM stop_order WHERE scope = 'portfolio'")
    _scope("")
    op.drop_column("message", "tried")
    op.drop_column("message", "tries")
    op.drop_column("message", "template_version")


def _scope(more: str) -> None:
    op.drop_constraint(op.f("ck_stop_order_scope"), "stop_order", type_="check")
    op.create_check_constraint(op.f("ck_stop_order_scope"), "stop_order", _SCOPE.format(more))
