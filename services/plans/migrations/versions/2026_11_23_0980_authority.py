"""Several signatures on one plan, deputies, declared relations, the care of persons, and regulatory marks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611230980"
down_revision = "202611230975"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DECISIONS = "decision IN ('sign', 'approve', 'return', 'reject', 'withdrawn', 'expired')"
DECISIONS_BEFORE = "decision IN ('approve', 'return', 'reject', 'expired')"
FLAGS = "code IN ('cn_restructured', 'cn_class_floor', 'eu_forborne', 'eu_default', 'us_re_age')"
# One decision that ends it for a version; signatures before the last, and times that ran out, end nothing.
ENDS = "decision NOT IN ('expired', 'sign')"
ENDS_BEFORE = "decision <> 'expired'"


def upgrade() -> None:
    op.add_column("plan", sa.Column("asked", postgresql.JSONB(), nullable=True))
    op.add_column("plan", sa.Column("reminded_at", INSTANT, nullable=True))
    op.add_column("approval", sa.Column("part", sa.Text(), nullable=True))
    op.add_column("approval", sa.Column("on_behalf_of", sa.Text(), nullable=True))
    op.execute("UPDATE approval SET part = 'approver' WHERE decision = 'approve'")
    _decisions(DECISIONS, "decided_by <> proposed_by OR decision = 'withdrawn'", ENDS)
    op.create_check_constraint(op.f("ck_approval_four_eyes_of_deputies"), "approval", "on_behalf_of <> proposed_by")
    op.create_check_constraint(
        op.f("ck_approval_part"), "approval", "(decision IN ('sign', 'approve')) = (part IS NOT NULL)"
    )
    op.create_index(
        "ix_approval_people",
        "approval",
        ["plan_id", "version", "decided_by"],
        unique=True,
        postgresql_where=sa.text("decided_by IS NOT NULL"),
    )
    _people()
    op.create_table(
        "regulatory_flag",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.Column("pack_versions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("earliest_end", sa.Date(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint(FLAGS, name=op.f("ck_regulatory_flag_code")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_regulatory_flag_plan_id_plan")
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", "code", name=op.f("pk_regulatory_flag")),
    )


def _people() -> None:
    op.create_table(
        "delegation",
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("from_subject", sa.Text(), nullable=False),
        sa.Column("to_subject", sa.Text(), nullable=False),
        sa.Column("authorities", postgresql.JSONB(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_delegation_period")),
        sa.CheckConstraint("from_subject <> to_subject", name=op.f("ck_delegation_deputy")),
        sa.CheckConstraint("given_by <> to_subject", name=op.f("ck_delegation_giver")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_delegation_revoked")),
        sa.PrimaryKeyConstraint("delegation_id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_to_subject", "delegation", ["to_subject"])
    op.create_table(
        "staff_relation",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('own_account', 'relative')", name=op.f("ck_staff_relation_kind")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_staff_relation_ended")),
        sa.PrimaryKeyConstraint("relation_id", name=op.f("pk_staff_relation")),
    )
    op.create_index("ix_staff_relation_borrower_id", "staff_relation", ["borrower_id"])
    op.create_table(
        "person_care",
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("care", postgresql.JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("borrower_id", name=op.f("pk_person_care")),
    )


def _decisions(values: str, four_eyes: str, ends: str) -> None:
    for name in ("ck_approval_decision", "ck_approval_four_eyes"):
        op.drop_constraint(name, "approval")
    op.create_check_constraint(op.f("ck_approval_decision"), "approval", values)
    op.create_check_constraint(op.f("ck_approval_four_eyes"), "approval", four_eyes)
    op.drop_index("ix_approval_decided", "approval")
    op.create_index(
        "ix_approval_decided", "approval", ["plan_id", "version"], unique=True, postgresql_where=sa.text(ends)
    )


def downgrade() -> None:
    for table in ("regulatory_flag", "person_care", "staff_relation", "delegation"):
        op.drop_table(table)
    op.drop_index("ix_approval_people", "approval")
    op.drop_constraint("ck_approval_part", "approval")
    op.drop_constraint("ck_approval_four_eyes_of_deputies", "approval")
    _decisions(DECISIONS_BEFORE, "decided_by <> proposed_by", ENDS_BEFORE)
    for column in ("on_behalf_of", "part"):
        op.drop_column("approval", column)
    for column in ("reminded_at", "asked"):
        op.drop_column("plan", column)
