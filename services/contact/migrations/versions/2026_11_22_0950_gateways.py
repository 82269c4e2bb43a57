"""What gateways of several channels need."""

revision = "202611220950"
down_revision = "202611220945"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
