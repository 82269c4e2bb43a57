"""Plans with their schedules, decisions, offers, agreements, activation.

Decisions and schedules cannot be changed once written, and a schedule that does not sum to the total of its plan is
refused when the transaction commits.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.common.runtime.migration_steps import forbid_change

revision = "202611220910"
down_revision = "202611220900"
branch_labels = None
depends_on = None

SUM_OF_SCHEDULE = """
CREATE FUNCTION refuse_wrong_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_plan CONSTANT uuid := NEW.plan_id;
    of_version CONSTANT integer := NEW.version;
BEGIN
    IF (SELECT total FROM plan WHERE plan_id = of_plan AND version = of_version)
       IS DISTINCT FROM
       (SELECT sum(amount) FROM plan_instalment WHERE plan_id = of_plan AND version = of_version)
    THEN
        RAISE EXCEPTION 'the instalments do not sum to the total of the plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_plan_sum';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("account_ref", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("relief_type", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("schedule_hash", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("answers_objection", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposal_hash", sa.Text(), nullable=True),
        sa.Column("needed_level", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("relief_type IN ('EXTEND', 'INT_STOP')", name=op.f("ck_plan_relief_type")),
        sa.CheckConstraint(
            "state IN ('DRAFTED', 'SUPERSEDED', 'SUBMITTED', 'RETURNED', 'REJECTED', 'OFFERED', "
            "'COUNTERED', 'DECLINED', 'EXPIRED', 'SIGNED', 'ACTIVATION_REFUSED', 'ACTIVE', "
            "'BROKEN', 'COMPLETED', 'WITHDRAWN')",
            name=op.f("ck_plan_state"),
        ),
        sa.CheckConstraint("(proposal_hash IS NULL) = (submitted_at IS NULL)", name=op.f("ck_plan_proposal")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["statement_of_means.assessment_id"],
            name=op.f("fk_plan_assessment_id_statement_of_means"),
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.checklist_id"], name=op.f("fk_plan_checklist_id_checklist")
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan")),
        sa.UniqueConstraint("plan_id", "revision", name=op.f("uq_plan_plan_id_revision")),
    )
    op.create_index(
        "ix_plan_active_account", "plan", ["account_ref"], unique=True, postgresql_where=sa.text("state = 'ACTIVE'")
    )
    op.create_index("ix_plan_case_id", "plan", ["case_id"], unique=False)
    op.create_table(
        "plan_instalment",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_plan_instalment_amount")),
        sa.CheckConstraint("number > 0", name=op.f("ck_plan_instalment_number")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"],
            ["plan.plan_id", "plan.version"],
            name=op.f("fk_plan_instalment_plan_id_version_plan"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", "number", name=op.f("pk_plan_instalment")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposal_hash", sa.Text(), nullable=False),
        sa.Column("needed_level", sa.Text(), nullable=False),
        sa.Column("authority", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verdicts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(decision = 'expired') = (decided_by IS NULL)", name=op.f("ck_approval_decided_by")),
        sa.CheckConstraint("decision IN ('approve', 'return', 'reject', 'expired')", name=op.f("ck_approval_decision")),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_approval_four_eyes")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_approval_plan_id_version_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "ix_approval_decided",
        "approval",
        ["plan_id", "version"],
        unique=True,
        postgresql_where=sa.text("decision <> 'expired'"),
    )
    op.create_table(
        "offer",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document_hash", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('ISSUED', 'ACCEPTED', 'DECLINED', 'COUNTERED', 'EXPIRED', 'WITHDRAWN')",
            name=op.f("ck_offer_state"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_offer_plan_id_version_plan")
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_case_id", "offer", ["case_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted_payment", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("wanted_months", sa.Integer(), nullable=True),
        sa.Column("own_words", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('INSTALMENT_TOO_HIGH', 'FIRST_PAYMENT_TOO_SOON', 'TERM_TOO_LONG', "
            "'TOTAL_COST', 'INTEREST_UNFAIR', 'FEES_DISPUTED', 'AMOUNT_DISPUTED', 'NOT_MY_DEBT', "
            "'DISTRUST_LENDER', 'FEAR_CREDIT_RECORD', 'WANTS_PRINCIPAL_CUT', "
            "'WANTS_HIGHER_AUTHORITY', 'OTHER_DEBTS_FIRST', 'FAMILY_CONSENT', 'NEEDS_TIME', "
            "'ADVISED_BY_THIRD_PARTY', 'INCOME_UNCERTAIN', 'PAST_BAD_EXPERIENCE')",
            name=op.f("ck_objection_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_objection_plan_id_version_plan")
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection")),
        sa.UniqueConstraint("plan_id", "version", name=op.f("uq_objection_plan_id_version")),
    )
    op.create_table(
        "agreement",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("key_terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document_hash", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('SIGNED', 'ACTIVE', 'VOID')", name=op.f("ck_agreement_state")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_agreement_plan_id_version_plan")
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("plan_id", "version", name=op.f("uq_agreement_plan_id_version")),
    )
    op.create_index("ix_agreement_case_id", "agreement", ["case_id"], unique=False)
    op.create_table(
        "activation",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("core_reference", sa.Text(), nullable=True),
        sa.Column("schedule_hash", sa.Text(), nullable=True),
        sa.Column("intended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'done') = (core_reference IS NOT NULL)", name=op.f("ck_activation_done")),
        sa.CheckConstraint("state IN ('pending', 'unknown', 'done', 'refused')", name=op.f("ck_activation_state")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"], ["plan.plan_id", "plan.version"], name=op.f("fk_activation_plan_id_version_plan")
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_activation")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_activation_idempotency_key")),
    )
    forbid_change("plan_instalment")
    forbid_change("approval")
    op.execute(SUM_OF_SCHEDULE)
    op.execute(
        "CREATE CONSTRAINT TRIGGER plan_sum AFTER INSERT OR UPDATE OF total ON plan "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_wrong_sum()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER plan_instalment_sum AFTER INSERT ON plan_instalment "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_wrong_sum()"
    )


def downgrade() -> None:
    for table in ("activation", "agreement", "objection", "offer", "approval", "plan_instalment", "plan"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_wrong_sum()")
