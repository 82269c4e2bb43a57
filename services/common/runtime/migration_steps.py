"""Migration steps that all services share, so that five first migrations do not repeat one text.

A step never changes once released: a change of the plumbing tables is a new step.
"""

from alembic import op
from sqlalchemy import MetaData

from services.common.runtime.tables import NAMING, runtime_tables

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def create_plumbing_2026_11() -> None:
    """Create the plumbing tables as of 2026-11, with the audit entries append-only."""
    metadata = MetaData(naming_convention=NAMING)
    runtime_tables(metadata)
    metadata.create_all(op.get_bind())
    op.execute(APPEND_ONLY)
    forbid_change("audit_entry")


def forbid_change(table: str) -> None:
    """Have the database refuse UPDATE and DELETE on `table`."""
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def drop_plumbing_2026_11() -> None:
    """Undo `create_plumbing_2026_11`."""
    metadata = MetaData(naming_convention=NAMING)
    runtime_tables(metadata)
    metadata.drop_all(op.get_bind())
    op.execute("DROP FUNCTION refuse_change()")
