"""What is known of people: flags of care, parties of a case, further addresses."""

revision = "202611220920"
down_revision = "202611220900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
