"""Borrowers at the portal: each sees and says what is of their own cases, and nothing of others'."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.followup.repository.care import borrowers

STAFF: Final = frozenset({"agent", "senior_agent", "supervisor", "manager", "risk", "specialist", "compliance"})
BORROWER: Final = "borrower:"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Portal:
    """Tells whom a portal acts for."""

    def __init__(self, institution: str) -> None:
        self._institution = institution

    def borrower_of(self, caller: Caller) -> UUID | None:
        """The person a portal acts for, named by our id or by the bank's reference; None for a person of the bank.

        Forbidden for a service that acts for nobody.
        """
        if "system" not in caller.roles:
            return None
        acting_for = caller.acting_for or ""
        named = acting_for.removeprefix(BORROWER)
        if named == acting_for or not named:
            raise Forbidden("a service asks this only for a borrower: X-Acting-For: borrower:<reference>")
        return UUID(named) if _ID.fullmatch(named) else business_uuid("borrower", self._institution, named)

    async def require_own(self, session: AsyncSession, caller: Caller, case_id: UUID) -> None:
        """Staff go on; a portal only for the borrower of the case. Forbidden; NotFound for another's case."""
        borrower_id = self.borrower_of(caller)
        if borrower_id is None:
            caller.require_any(STAFF)
        elif not await borrowers.owes(session, case_id, borrower_id):
            raise NotFound("there is nothing of this id")
