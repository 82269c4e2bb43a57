"""Whom contact knows: what persons asked for, agreed to, and who speaks for them."""

revision = "202611220920"
down_revision = "202611220910"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
