"""Who answers for a case, copied from intake, and so who may see what a service knows of the case.

Agents see the cases that are theirs or nobody's; supervisors and the system see all. A task that the assignee must not
do, such as the review of a document in a case of their own, is open to colleagues, and the case with it: otherwise
nobody but a supervisor could be the second pair of eyes.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Table, Text, Uuid
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import Column

from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql

ASSIGN = Sql(
    "INSERT INTO case_assignee (case_id, assignee) VALUES (:case_id, :assignee) "
    "ON CONFLICT (case_id) DO UPDATE SET assignee = excluded.assignee"
)


def case_assignee_table(metadata: MetaData) -> Table:
    """Add the copy to the tables of a service. A case may be assigned before the service knows anything else of it."""
    return Table(
        "case_assignee",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("assignee", Text, nullable=False),
    )


async def assign(session: AsyncSession, case_id: UUID, assignee: str) -> None:
    """Keep who answers for a case from now on."""
    await ASSIGN.run(session, {"case_id": case_id, "assignee": assignee})


def seen_by(caller: Caller) -> dict[str, Any]:
    """The values of a statement with `visible`."""
    return {"sees_all": caller.sees_all, "person": caller.person}


def visible(case_id: str) -> str:
    """The condition on the case whose id is in the column `case_id`; its values are those of `seen_by`."""
    return f"""(:sees_all OR NOT EXISTS (
        SELECT FROM case_assignee s WHERE s.case_id = {case_id} AND s.assignee <> :person AND NOT EXISTS (
            SELECT FROM task t WHERE t.case_id = s.case_id AND t.closed_at IS NULL
                AND t.needs_role IN ('agent', 'senior_agent')
                AND jsonb_exists(t.excluded, s.assignee) AND NOT jsonb_exists(t.excluded, :person)
        )
    ))"""  # noqa: S608 - names of columns
