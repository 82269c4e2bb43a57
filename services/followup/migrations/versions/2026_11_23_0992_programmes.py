"""Programmes of relief that opened, and what the screening of running plans for them found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "202611230992"
down_revision = "202611230991"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_RESULTS = "'eligible', 'other_country', 'other_product', 'nearly_paid', 'began_later'"


def upgrade() -> None:
    op.create_table(
        "relief_programme",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("relief_type", sa.Text(), nullable=False),
        sa.Column("packs", JSONB(), nullable=False),
        sa.Column("products", JSONB(), nullable=False),
        sa.Column("instalments_left_least", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name=op.f("ck_relief_programme_closes_on")),
        sa.PrimaryKeyConstraint("programme_id", name="pk_relief_programme"),
        sa.UniqueConstraint("code", name="uq_relief_programme_code"),
    )
    op.create_table(
        "screening",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("screened_at", _INSTANT, nullable=False),
        sa.CheckConstraint(f"result IN ({_RESULTS})", name=op.f("ck_screening_result")),
        sa.PrimaryKeyConstraint("programme_id", "agreement_id", name="pk_screening"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["relief_programme.programme_id"], name="fk_screening_programme_id_relief_programme"
        ),
    )
    op.create_index("ix_screening_case_id", "screening", ["case_id"])


def downgrade() -> None:
    for table in ("screening", "relief_programme"):
        op.drop_table(table)
