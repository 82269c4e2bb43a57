"""What is said in conversations, what both sides promise, and what was disclosed."""

import sqlalchemy as sa
from alembic import op

from services.common.runtime.migration_steps import forbid_change

revision = "202611220930"
down_revision = "202611220920"
branch_labels = None
depends_on = None

_HEARD = (
    "origin IN ('intake', 'quiet_period', 'opt_out', 'channel_stop', 'cease', 'distress', 'complaint', 'dispute', "
    "'attorney', 'bankruptcy', 'deceased', 'fraud'{more})"
)
_FEELINGS = "emotional_state IN ('calm', 'anxious', 'distressed', 'angry', 'avoidant')"
_COLUMNS = ("cause", "own_words", "request", "emotional_state", "scored", "brief_id", "started_at")
_PARTS = ("principal", "interest", "fees")
_FIGURES = ("arrears", *_PARTS, "balance")
_TABLES = ("duty", "disclosure", "commitment", "script_step", "talk", "brief")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, *, nullable: bool = False, encrypted: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text() if encrypted else sa.String(), nullable=nullable)


def upgrade() -> None:
    for name in ("cause", "own_words", "request"):
        op.add_column("conversation", _text(name, nullable=True, encrypted=True))
    op.add_column("conversation", _text("emotional_state", nullable=True))
    op.add_column("conversation", sa.Column("scored", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.alter_column("conversation", "scored", server_default=None)
    op.add_column("conversation", _id("brief_id", nullable=True))
    op.add_column("conversation", _instant("started_at", nullable=True))
    op.create_check_constraint("emotional", "conversation", _FEELINGS)
    _hold_origins(_HEARD.format(more=", 'hardship'"))
    _talks()
    _afterwards()
    for table in ("brief", "script_step", "disclosure"):
        forbid_change(table)


def _hold_origins(origins: str) -> None:
    op.drop_constraint("origin", "hold", type_="check")
    op.create_check_constraint("origin", "hold", origins)


def _talks() -> None:
    op.create_table(
        "brief",
        _id("brief_id"),
        _id("case_id"),
        _id("borrower_id"),
        sa.Column("as_of", sa.Date(), nullable=False),
        _text("product"),
        sa.Column("days_past_due", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Numeric(19, 4), nullable=name in _PARTS) for name in _FIGURES),
        _text("currency"),
        _instant("made_at"),
        _text("made_by"),
        sa.PrimaryKeyConstraint("brief_id", name=op.f("pk_brief")),
    )
    op.create_index("ix_brief_case", "brief", ["case_id", "made_at"])
    op.create_table(
        "talk",
        _id("conversation_id"),
        _id("case_id"),
        _id("borrower_id"),
        _id("permit_id", nullable=True),
        _id("third_party_id", nullable=True),
        _text("channel"),
        _id("brief_id", nullable=True),
        _text("script_version"),
        _instant("started_at"),
        _text("started_by"),
        _instant("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_talk")),
        sa.UniqueConstraint("permit_id", name=op.f("uq_talk_permit_id")),
    )
    op.create_index("ix_talk_case", "talk", ["case_id", "started_at"])
    op.create_table(
        "script_step",
        _id("conversation_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("step"),
        _text("said", encrypted=True),
        _instant("at"),
        _text("recorded_by"),
        sa.PrimaryKeyConstraint("conversation_id", "number", name=op.f("pk_script_step")),
    )


def _afterwards() -> None:
    op.create_table(
        "commitment",
        _id("commitment_id"),
        _id("case_id"),
        _id("borrower_id"),
        _id("conversation_id", nullable=True),
        _text("side"),
        _text("kind"),
        _text("text", encrypted=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        _instant("made_at"),
        _text("made_by"),
        _text("state"),
        _instant("settled_at", nullable=True),
        _text("settled_by", nullable=True),
        sa.CheckConstraint("side IN ('borrower', 'lender')", name=op.f("ck_commitment_side")),
        sa.CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name=op.f("ck_commitment_state")),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL)",
            name=op.f("ck_commitment_settled"),
        ),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_commitment")),
    )
    op.create_index("ix_commitment_case", "commitment", ["case_id", "made_at"])
    op.create_table(
        "disclosure",
        _id("case_id"),
        _id("borrower_id"),
        _text("item"),
        _text("version"),
        _id("conversation_id"),
        _instant("given_at"),
        _text("given_by"),
        sa.PrimaryKeyConstraint("case_id", "borrower_id", "item", name=op.f("pk_disclosure")),
    )
    op.create_table(
        "duty",
        _id("duty_id"),
        _id("case_id"),
        _id("borrower_id"),
        _text("occasion"),
        _text("kind"),
        _text("needs_role"),
        _text("excluded", nullable=True),
        _instant("opened_at"),
        _instant("deadline"),
        _instant("done_at", nullable=True),
        _text("done_by", nullable=True),
        sa.CheckConstraint(
            "kind IN ('distress', 'distress_review', 'agent_debrief', 'check_death')", name=op.f("ck_duty_kind")
        ),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_duty")),
    )
    op.create_index("ix_duty_open", "duty", ["case_id"], postgresql_where=sa.text("done_at IS NULL"))


def downgrade() -> None:
    op.execute("UPDATE hold SET origin = 'intake' WHERE origin = 'hardship'")
    _hold_origins(_HEARD.format(more=""))
    for table in _TABLES:
        op.drop_table(table)
    for name in _COLUMNS:
        op.drop_column("conversation", name)
