"""Requests in any state of a case, how they end, and the statutory clocks that they start."""

import sqlalchemy as sa
from alembic import op

from services.common.runtime.migration_steps import forbid_change

revision = "202611230910"
down_revision = "202611230907"
branch_labels = None
depends_on = None

# What was asked for stays as it was said; how it ends is written beside it.
SAID = "request_id, case_id, number, round, cause, own_words, request_type, amount, months, source, channel, at, actor"
NEW = ("channel", "state", "taken_up", "reason_code", "reasons", "decided_at", "decided_by", "version")


def upgrade() -> None:
    op.add_column("relief_request", sa.Column("channel", sa.Text(), nullable=False, server_default="written"))
    op.add_column("relief_request", sa.Column("state", sa.Text(), nullable=False, server_default="submitted"))
    op.add_column("relief_request", sa.Column("taken_up", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("relief_request", sa.Column("reason_code", sa.Text(), nullable=True))
    op.add_column("relief_request", sa.Column("reasons", sa.Text(), nullable=True))
    op.add_column("relief_request", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("relief_request", sa.Column("decided_by", sa.Text(), nullable=True))
    op.add_column("relief_request", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_check_constraint(
        op.f("ck_relief_request_state"),
        "relief_request",
        "state IN ('submitted', 'complete', 'withdrawn', 'declined')",
    )
    op.create_check_constraint(
        op.f("ck_relief_request_declined"), "relief_request", "(state = 'declined') = (reasons IS NOT NULL)"
    )
    op.create_index(
        "ix_relief_request_waiting", "relief_request", ["case_id"], postgresql_where=sa.text("NOT taken_up")
    )
    op.execute("DROP TRIGGER relief_request_append_only ON relief_request")
    op.execute(
        f"CREATE TRIGGER relief_request_said_once BEFORE DELETE OR UPDATE OF {SAID} ON relief_request "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "statutory_clock",
        sa.Column("clock_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("pack_version", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("warn_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by", sa.Text(), nullable=True),
        sa.CheckConstraint("due_on >= started_on AND warn_on <= due_on", name=op.f("ck_statutory_clock_days")),
        sa.CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name=op.f("ck_statutory_clock_met")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_statutory_clock_case_id_collections_case")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["relief_request.request_id"], name=op.f("fk_statutory_clock_request_id_relief_request")
        ),
        sa.PrimaryKeyConstraint("clock_id", name=op.f("pk_statutory_clock")),
    )
    op.create_index("ix_statutory_clock_case_id", "statutory_clock", ["case_id"])
    op.create_index(
        "ix_statutory_clock_open", "statutory_clock", ["case_id", "kind"], postgresql_where=sa.text("met_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("statutory_clock")
    op.execute("DROP TRIGGER relief_request_said_once ON relief_request")
    forbid_change("relief_request")
    op.drop_index("ix_relief_request_waiting", "relief_request")
    op.drop_constraint("ck_relief_request_state", "relief_request")
    op.drop_constraint("ck_relief_request_declined", "relief_request")
    for column in NEW:
        op.drop_column("relief_request", column)
