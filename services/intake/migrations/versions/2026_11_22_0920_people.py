"""More of the people of a case: how to write to them, the care they need, and who else owes the debt."""

import sqlalchemy as sa
from alembic import op

revision = "202611220920"
down_revision = "202611220900"
branch_labels = None
depends_on = None

_CONTACTS = ("email", "postal_address")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    for table in ("borrower", "import_stage"):
        for name in _CONTACTS:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    for table in ("collections_case", "import_stage"):
        op.add_column(table, sa.Column("portfolio", sa.Text(), server_default="", nullable=False))
    _party()
    _flag()
    op.add_column("hold", sa.Column("flag_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_hold_flag_id_vulnerability_flag"), "hold", "vulnerability_flag", ["flag_id"], ["flag_id"]
    )
    op.create_index("ix_hold_flag_id", "hold", ["flag_id"], postgresql_where=sa.text("flag_id IS NOT NULL"))


def _party() -> None:
    op.create_table(
        "party",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        _instant("added_at"),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('joint_debtor', 'guarantor')", name=op.f("ck_party_role")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_party_case_id_collections_case")
        ),
        sa.ForeignKeyConstraint(["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_party_borrower_id_borrower")),
        sa.PrimaryKeyConstraint("case_id", "borrower_id", name=op.f("pk_party")),
    )
    op.create_index("ix_party_borrower_id", "party", ["borrower_id"])


def _flag() -> None:
    op.create_table(
        "vulnerability_flag",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("consent_by", sa.Text(), nullable=True),
        _instant("consent_at", nullable=True),
        _instant("recorded_at"),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        _instant("ended_at", nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "source IN ('borrower', 'representative', 'third_party', 'staff', 'core')",
            name=op.f("ck_vulnerability_flag_source"),
        ),
        sa.CheckConstraint("sensitivity IN ('special', 'personal')", name=op.f("ck_vulnerability_flag_sensitivity")),
        sa.CheckConstraint("(consent_by IS NULL) = (consent_at IS NULL)", name=op.f("ck_vulnerability_flag_consent")),
        sa.CheckConstraint("note IS NULL OR consent_by IS NOT NULL", name=op.f("ck_vulnerability_flag_note")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)",
            name=op.f("ck_vulnerability_flag_ended"),
        ),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_vulnerability_flag_borrower_id_borrower")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["collections_case.case_id"], name=op.f("fk_vulnerability_flag_case_id_collections_case")
        ),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_vulnerability_flag")),
    )
    op.create_index("ix_vulnerability_flag_borrower_id", "vulnerability_flag", ["borrower_id", "number"], unique=True)
    op.create_index(
        "ix_vulnerability_flag_case_id",
        "vulnerability_flag",
        ["case_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_column("hold", "flag_id")
    op.drop_table("vulnerability_flag")
    op.drop_table("party")
    for table in ("collections_case", "import_stage"):
        op.drop_column(table, "portfolio")
    for table in ("borrower", "import_stage"):
        for name in _CONTACTS:
            op.drop_column(table, name)
