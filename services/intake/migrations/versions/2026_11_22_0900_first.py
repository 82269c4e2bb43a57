"""First tables of intake, with the law of the states of a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.common.runtime.migration_steps import create_plumbing_2026_11, drop_plumbing_2026_11, forbid_change
from services.intake.migrations.transitions_2026_11 import LAW, ROWS, TRIGGER

revision = "202611220900"
down_revision = None
branch_labels = None
depends_on = None

# What was said, asked for and decided is evidence for both sides; nobody changes it afterwards.
APPEND_ONLY = ("case_history", "assignment", "note", "relief_request")


def upgrade() -> None:
    create_plumbing_2026_11()
    op.create_table(
        "borrower",
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_digest", sa.Text(), nullable=True),
        sa.Column("national_id", sa.Text(), nullable=True),
        sa.Column("national_id_digest", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_borrower_language")),
        sa.PrimaryKeyConstraint("borrower_id", name=op.f("pk_borrower")),
    )
    op.create_index("ix_borrower_national_id_digest", "borrower", ["national_id_digest"], unique=False)
    op.create_index("ix_borrower_phone_digest", "borrower", ["phone_digest"], unique=False)
    transitions = op.create_table(
        "case_transition",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "trigger", name=op.f("pk_case_transition")),
    )
    op.create_table(
        "import_run",
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("file_hash", "mapping", name=op.f("pk_import_run")),
    )
    op.create_table(
        "import_stage",
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_digest", sa.Text(), nullable=True),
        sa.Column("national_id", sa.Text(), nullable=True),
        sa.Column("national_id_digest", sa.Text(), nullable=True),
        sa.Column("borrower_language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("previous_case_id", sa.Uuid(), nullable=True),
        sa.Column("declared_pack", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("arrears", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("balance", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("oldest_unpaid_due_date", sa.Date(), nullable=True),
        sa.Column("facts_as_of", sa.Date(), nullable=False),
        sa.Column("days_past_due", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("facts_hash", sa.Text(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("start", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_import_stage")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "collections_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("previous_case_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("declared_pack", sa.Text(), nullable=True),
        sa.Column("pack", sa.Text(), nullable=True),
        sa.Column("pack_version", sa.Text(), nullable=True),
        sa.Column("treatment", sa.Text(), nullable=True),
        sa.Column("contactable", sa.Boolean(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("arrears", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("balance", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("oldest_unpaid_due_date", sa.Date(), nullable=True),
        sa.Column("facts_as_of", sa.Date(), nullable=False),
        sa.Column("facts_source", sa.Text(), nullable=False),
        sa.Column("days_past_due", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("plan_ends_on", sa.Date(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("awaited", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("attention", sa.Text(), nullable=True),
        sa.Column("parked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name=op.f("ck_collections_case_closed")),
        sa.CheckConstraint("origin IN ('bank', 'borrower', 'file')", name=op.f("ck_collections_case_origin")),
        sa.CheckConstraint("arrears >= 0 AND balance >= 0", name=op.f("ck_collections_case_amounts")),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_collections_case_borrower_id_borrower")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_collections_case")),
    )
    op.create_index(
        "ix_collections_case_account_ref",
        "collections_case",
        ["account_ref"],
        unique=False,
        postgresql_where=sa.text("state <> 'CLOSED'"),
    )
    op.create_index(
        "ix_collections_case_assignee", "collections_case", ["assignee", "opened_at", "case_id"], unique=False
    )
    op.create_index(
        "ix_collections_case_open",
        "collections_case",
        ["borrower_id", "account_ref"],
        unique=True,
        postgresql_where=sa.text("state <> 'CLOSED'"),
    )
    op.create_index("ix_collections_case_opened_at", "collections_case", ["opened_at", "case_id"], unique=False)
    op.create_index(
        "ix_collections_case_pair", "collections_case", ["borrower_id", "account_ref", "sequence"], unique=True
    )
    op.create_index("ix_collections_case_state", "collections_case", ["state", "opened_at", "case_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_assignment_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_assignment")),
    )
    op.create_table(
        "case_history",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_case_history_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "state_version", name=op.f("pk_case_history")),
    )
    op.create_table(
        "hold",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("blocks", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_hold_period")),
        sa.ForeignKeyConstraint(["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_hold_borrower_id_borrower")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_hold_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_hold")),
    )
    op.create_index("ix_hold_borrower_id", "hold", ["borrower_id", "number"], unique=True)
    op.create_index("ix_hold_case_id", "hold", ["case_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_note_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_case_id", "note", ["case_id", "at", "note_id"], unique=False)
    op.create_table(
        "parked_event",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_parked_event_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("source", "event_id", "case_id", name=op.f("pk_parked_event")),
    )
    op.create_index(
        "ix_parked_event_open",
        "parked_event",
        ["case_id", "number"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "relief_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("request_type", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_relief_request_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_relief_request")),
    )
    op.create_index("ix_relief_request_case_id", "relief_request", ["case_id", "number"], unique=True)
    op.bulk_insert(transitions, ROWS)
    op.execute(LAW)
    op.execute(TRIGGER)
    for table in APPEND_ONLY:
        forbid_change(table)


def downgrade() -> None:
    for table in ("relief_request", "parked_event", "note", "hold", "case_history", "assignment", "collections_case"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_illegal_step()")
    for table in ("import_stage", "import_run", "case_transition", "borrower"):
        op.drop_table(table)
    drop_plumbing_2026_11()
