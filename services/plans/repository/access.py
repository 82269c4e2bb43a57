"""Whose cases somebody may see: an agent those that are theirs or nobody's, a service that acts for a borrower those
that this person owes the debt of.

Whatever a person of the bank or a portal names is read and locked by statements that hold this condition, so that what
one may not see is not there. What a worker or consumer does, it does to every case.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime import assignees
from services.common.runtime.sql import Sql

ADD_DEBTOR = Sql("INSERT INTO joint_debtor (case_id, party_id) VALUES (:case_id, :party_id) ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks: whether they see the cases of all, who they are, and for which borrower they act, when for one: only
    what is this borrower's is seen then."""

    sees_all: bool
    person: str
    borrower: UUID | None = None

    def values(self) -> dict[str, Any]:
        """The values of a statement with `visible`."""
        return asdict(self)


EVERYTHING: Final = Seen(sees_all=True, person="")


def visible(case_id: str) -> str:
    """The condition on the case whose id is in the column `case_id`; its values are those of `Seen`."""
    return f"""{assignees.visible(case_id)} AND (CAST(:borrower AS uuid) IS NULL OR EXISTS (
        SELECT FROM plan_case own WHERE own.case_id = {case_id} AND own.borrower_id = :borrower
        UNION ALL SELECT FROM joint_debtor d WHERE d.case_id = {case_id} AND d.party_id = :borrower
    ))"""  # noqa: S608 - names of columns


async def add_debtor(session: AsyncSession, case_id: UUID, party_id: UUID) -> None:
    """Keep that a person owes the debt of a case together with its borrower; the case need not be known yet."""
    await ADD_DEBTOR.run(session, {"case_id": case_id, "party_id": party_id})
