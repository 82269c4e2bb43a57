"""What an agreement repays by its parts, and what its payments went to."""

import sqlalchemy as sa
from alembic import op

revision = "202611230981"
down_revision = "202611230978"
branch_labels = None
depends_on = None

_AMOUNTS = ("owed_principal", "owed_interest", "owed_fees", "paid_principal", "paid_interest", "paid_fees")


def upgrade() -> None:
    op.add_column("agreement", sa.Column("product", sa.Text(), nullable=True))
    op.add_column("agreement", sa.Column("late_since", sa.Date(), nullable=True))
    for name in _AMOUNTS:
        op.add_column("agreement", sa.Column(name, sa.Numeric(19, 4), nullable=True))
    op.create_check_constraint(
        op.f("ck_agreement_owed"),
        "agreement",
        "num_nonnulls(product, owed_principal, owed_interest, owed_fees) IN (0, 4)",
    )
    op.add_column("instalment", sa.Column("cost", sa.Numeric(19, 4), nullable=True))


def downgrade() -> None:
    op.drop_column("instalment", "cost")
    op.drop_constraint(op.f("ck_agreement_owed"), "agreement", type_="check")
    for name in (*_AMOUNTS, "late_since", "product"):
        op.drop_column("agreement", name)
