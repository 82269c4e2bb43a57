"""Whom contact knows: what persons asked for, agreed to, and who speaks for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "202611220920"
down_revision = "202611220910"
branch_labels = None
depends_on = None

_THIRD_PARTY = ("permit", "attempt", "conversation")
_HELD_FOR = "origin IN ('intake', 'quiet_period', 'opt_out')"
_HEARD = (
    "origin IN ('intake', 'quiet_period', 'opt_out', 'channel_stop', 'cease', 'distress', 'complaint', 'dispute', "
    "'attorney', 'bankruptcy', 'deceased', 'fraud')"
)
_REASONS = "barred_for IN ('opted_out', 'wrong_number', 'undeliverable', 'withdrawn')"


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def upgrade() -> None:
    _people()
    _representatives()
    _others()
    _numbers()
    _cases()
    _hold_origins(_HEARD)
    for table in _THIRD_PARTY:
        op.add_column(table, sa.Column("third_party_id", sa.Uuid(), nullable=True))


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("interpreter", sa.String(), nullable=True),
        sa.Column("preferred_channel", sa.String(), nullable=True),
        _json("stopped_channels"),
        _json("inconvenient"),
        _json("occasions"),
        sa.Column("work_request_on", sa.Date(), nullable=True),
        sa.Column("work_forbidden", sa.Boolean(), nullable=False),
        _json("care"),
        _instant("care_at", nullable=True),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_person_language")),
        sa.PrimaryKeyConstraint("borrower_id", name=op.f("pk_person")),
    )
    op.create_table(
        "consent",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        _json("details"),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        _instant("given_at"),
        sa.Column("recorded_by", sa.String(), nullable=False),
        _instant("revoked_at", nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('hours', 'more_calls', 'call_back', 'channel', 'visit_entry')", name=op.f("ck_consent_kind")
        ),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_borrower", "consent", ["borrower_id"], postgresql_where=sa.text("revoked_at IS NULL"))
    op.create_table(
        "person_fact",
        sa.Column("fact_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        _instant("at"),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('changed', 'confirmed')", name=op.f("ck_person_fact_kind")),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_person_fact")),
    )
    op.create_index("ix_person_fact_borrower", "person_fact", ["borrower_id", "field", "fact_id"])


def _representatives() -> None:
    op.create_table(
        "representative",
        sa.Column("representative_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("agrees_to_contact", sa.Boolean(), nullable=False),
        _instant("since"),
        sa.Column("recorded_by", sa.String(), nullable=False),
        _instant("ended_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('attorney', 'adviser', 'guardian', 'authorised')", name=op.f("ck_representative_kind")
        ),
        sa.PrimaryKeyConstraint("representative_id", name=op.f("pk_representative")),
    )
    op.create_index(
        "ix_representative_case",
        "representative",
        ["case_id", "borrower_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _others() -> None:
    op.create_table(
        "third_party",
        sa.Column("third_party_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("provenance", sa.String(), nullable=False),
        _instant("added_at"),
        sa.Column("added_by", sa.String(), nullable=False),
        _instant("refused_at", nullable=True),
        _instant("invited_at", nullable=True),
        sa.Column("volunteers", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("third_party_id", name=op.f("pk_third_party")),
    )
    op.create_index("ix_third_party_case", "third_party", ["case_id"])
    op.create_index(op.f("ix_third_party_digest"), "third_party", ["digest"])
    op.create_table(
        "party",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint("role IN ('joint_debtor', 'guarantor')", name=op.f("ck_party_role")),
        sa.PrimaryKeyConstraint("case_id", "borrower_id", name=op.f("pk_party")),
    )
    op.create_index(op.f("ix_party_borrower_id"), "party", ["borrower_id"])


def _numbers() -> None:
    op.add_column("number", sa.Column("zones", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("number", sa.Column("place", sa.String(), nullable=True))
    op.add_column("number", sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.add_column("number", sa.Column("handed_over", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("number", sa.Column("notice_on", sa.Date(), nullable=True))
    op.add_column("number", sa.Column("barred_for", sa.String(), nullable=True))
    op.add_column("number", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    # Until now an address was barred for one reason only.
    op.execute("UPDATE number SET barred_for = 'opted_out' WHERE barred_at IS NOT NULL")
    op.create_check_constraint("barred", "number", "(barred_at IS NULL) = (barred_for IS NULL)")
    op.create_check_constraint("barred_for", "number", _REASONS)
    op.create_check_constraint("place", "number", "place IN ('home', 'mobile', 'work', 'other')")


def _cases() -> None:
    for name in ("product", "portfolio"):
        op.add_column("contact_case", sa.Column(name, sa.String(), server_default="", nullable=False))


def _hold_origins(origins: str) -> None:
    op.drop_constraint("origin", "hold", type_="check")
    op.create_check_constraint("origin", "hold", origins)


def downgrade() -> None:
    # What was heard for a reason that the older version does not know is a hold like any other of intake to it.
    op.execute(f"UPDATE hold SET origin = 'intake' WHERE NOT ({_HELD_FOR})")  # noqa: S608 - our own text
    _hold_origins(_HELD_FOR)
    for table in _THIRD_PARTY:
        op.drop_column(table, "third_party_id")
    for name in ("product", "portfolio"):
        op.drop_column("contact_case", name)
    for name in ("zones", "place", "confirmed_on", "handed_over", "notice_on", "barred_for", "version"):
        op.drop_column("number", name)
    for table in ("party", "third_party", "representative", "person_fact", "consent", "person"):
        op.drop_table(table)
