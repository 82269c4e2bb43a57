"""What was promised and sent stays as it was said: only what became of it may change."""

from alembic import op

revision = "202611220960"
down_revision = "202611220950"
branch_labels = None
depends_on = None

_SAID = {
    "commitment": ("side", "kind", "text", "due_on", "made_at", "made_by"),
    "message": ("text",),
}


def upgrade() -> None:
    for table, columns in _SAID.items():
        # A message that is to go another way is written anew: its words go, and are not replaced.
        changed = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in columns)
        op.execute(
            f"CREATE TRIGGER {table}_said BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in _SAID:
        op.execute(f"DROP TRIGGER {table}_said ON {table}")
