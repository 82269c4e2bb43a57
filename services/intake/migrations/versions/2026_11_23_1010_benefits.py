"""What the bank had to offer before it asked, and whether somebody is paid to ask for a borrower."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611231010"
down_revision = "202611230990"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "benefits_check",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("programmes", postgresql.JSONB(), nullable=False),
        sa.Column("free", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_benefits_check_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_benefits_check")),
    )
    op.add_column("relief_request", sa.Column("agent_fee", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_relief_request_agent_fee"), "relief_request", "agent_fee IN ('none', 'charged', 'not_said')"
    )


def downgrade() -> None:
    op.drop_column("relief_request", "agent_fee")
    op.drop_table("benefits_check")
