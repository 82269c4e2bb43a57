"""Refusals of relief, decided by a person with reasons."""

import sqlalchemy as sa
from alembic import op

revision = "202611231020"
down_revision = "202611231010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rounds that ended in a deficit before have no words of anybody."""
    op.create_table(
        "refusal",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("refused_by", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "round", name=op.f("pk_refusal")),
        sa.ForeignKeyConstraint(
            ["case_id", "round"],
            ["negotiation.case_id", "negotiation.round"],
            name=op.f("fk_refusal_case_id_negotiation"),
        ),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("refusal")
