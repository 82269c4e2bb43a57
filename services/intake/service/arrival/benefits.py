"""Reading the benefits check of a case."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.intake.errors import BenefitsUnknown, CaseUnknown
from services.intake.repository import benefits, cases, clocks
from services.intake.schemas import Benefits


class BenefitsOfCases:
    """What the bank had to offer before it asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, caller: Caller, case_id: UUID) -> Benefits:
        """The programmes that were listed before the first contact. CaseUnknown; BenefitsUnknown: none were yet."""
        async with self._database.read() as session:
            if await cases.get(session, case_id, caller) is None:
                raise CaseUnknown
            check = await benefits.of_case(session, case_id)
            paid = await clocks.paid_agent(session, case_id)
        if check is None:
            raise BenefitsUnknown
        return Benefits(
            case_id=case_id,
            checked_on=check.checked_on,
            policy_version=check.policy_version,
            free_of_charge=check.free,
            fitting=[one for one in check.programmes if one["fits"]],
            others=[one for one in check.programmes if not one["fits"]],
            paid_agent=paid,
        )
