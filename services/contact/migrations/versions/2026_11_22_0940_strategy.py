"""The steps of a round, each with the reason for its way."""

revision = "202611220940"
down_revision = "202611220930"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
