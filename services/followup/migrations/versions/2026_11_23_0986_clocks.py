"""Clocks that the law sets on agreements."""

import sqlalchemy as sa
from alembic import op

revision = "202611230986"
down_revision = "202611230983"
branch_labels = None
depends_on = None

_COUNTS = ("observation_months", "cure_months", "probation_months")


def upgrade() -> None:
    op.add_column("agreement", sa.Column("marked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "regulatory_clock",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("non_performing", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("over_days", sa.Integer(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recounts", sa.Integer(), nullable=False),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('restructured', 'forborne')", name=op.f("ck_regulatory_clock_kind")),
        sa.CheckConstraint("phase IN ('observation', 'cure', 'probation')", name=op.f("ck_regulatory_clock_phase")),
        sa.CheckConstraint(
            "state IN ('running', 'confirm', 'ended', 'replaced')", name=op.f("ck_regulatory_clock_state")
        ),
        sa.CheckConstraint("(state = 'running') = (check_on IS NOT NULL)", name=op.f("ck_regulatory_clock_check_on")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.agreement_id"], name=op.f("fk_regulatory_clock_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "kind", name=op.f("pk_regulatory_clock")),
    )
    op.create_index(
        "ix_regulatory_clock_check_on",
        "regulatory_clock",
        ["check_on"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_regulatory_clock_account_ref", "regulatory_clock", ["account_ref"])
    op.create_index("ix_regulatory_clock_case_id", "regulatory_clock", ["case_id"])


def downgrade() -> None:
    op.drop_table("regulatory_clock")
    op.drop_column("agreement", "marked")
