"""Jobs that hold many borrowers at once, and take back what they placed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611220930"
down_revision = "202611220920"
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "bulk_hold",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocks", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("selector", postgresql.JSONB(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=True),
        _instant("starts_at"),
        _instant("ends_at", nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("lifted", sa.Integer(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        _instant("done_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('placing', 'placed', 'undoing', 'undone')", name=op.f("ck_bulk_hold_state")),
        sa.CheckConstraint("0 <= lifted AND lifted <= placed", name=op.f("ck_bulk_hold_counts")),
        sa.CheckConstraint(
            "(state IN ('undoing', 'undone')) = (undone_by IS NOT NULL)", name=op.f("ck_bulk_hold_undone")
        ),
        sa.PrimaryKeyConstraint("bulk_id", name=op.f("pk_bulk_hold")),
    )
    op.create_index("ix_bulk_hold_starts_at", "bulk_hold", ["starts_at", "bulk_id"])
    op.create_table(
        "bulk_hold_account",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_hold.bulk_id"], name=op.f("fk_bulk_hold_account_bulk_id_bulk_hold")
        ),
        sa.PrimaryKeyConstraint("bulk_id", "account_ref", name=op.f("pk_bulk_hold_account")),
    )
    op.create_table(
        "bulk_hold_item",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        _instant("lifted_at", nullable=True),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_hold.bulk_id"], name=op.f("fk_bulk_hold_item_bulk_id_bulk_hold")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.hold_id"], name=op.f("fk_bulk_hold_item_hold_id_hold")),
        sa.PrimaryKeyConstraint("bulk_id", "borrower_id", name=op.f("pk_bulk_hold_item")),
    )


def downgrade() -> None:
    op.drop_table("bulk_hold_item")
    op.drop_table("bulk_hold_account")
    op.drop_table("bulk_hold")
