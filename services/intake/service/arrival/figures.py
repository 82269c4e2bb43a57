"""The figures of an account as the core has them now: nobody is called on what was reported some days ago."""

from uuid import UUID

from services.common.banking.port import CoreBanking
from services.common.banking.types import AccountSnapshot
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.intake.domain.case_state import CaseState
from services.intake.errors import CaseIsClosed, CaseUnknown
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import cases
from services.intake.schemas import CaseWithFigures, Overdue
from services.intake.service.arrival.facts import AccountReport, account_values
from services.intake.service.casework import STAFF
from services.intake.service.showing import case_shown

CORE = "core"


class Figures:
    """Asks the core, and keeps what it says."""

    def __init__(self, database: Database, policies: Policies, core: CoreBanking) -> None:
        self._database = database
        self._policies = policies
        self._core = core

    async def read(self, caller: Caller, case_id: UUID) -> Answer:
        """The case with the figures of its account read now.

        CaseUnknown, CaseIsClosed, Forbidden; CoreAccountUnknown when the core has no such account, CoreUnavailable.
        """
        caller.require_any(STAFF)
        async with self._database.read() as session:
            case = await cases.get(session, case_id, caller)
        if case is None:
            raise CaseUnknown
        account = await self._core.get_account(case.account_ref)
        async with self._database.write(caller) as uow:
            locked = await cases.lock(uow.session, case_id, caller)
            if locked is None:
                raise CaseUnknown
            if locked.state == CaseState.CLOSED:
                raise CaseIsClosed("the case has ended; its account is no business of ours any more")
            columns = take(locked, account, self._policies)
            locked.version += 1
            await cases.write(uow.session, locked, "version", *columns)
            await uow.audit("case.figures_read", f"case/{case_id}", case_id=case_id)
            shown = CaseWithFigures(**dict(case_shown(locked)), overdue=_overdue(account) if columns else None)
            return uow.answer(shown, etag=locked.version)


def _overdue(account: AccountSnapshot) -> Overdue:
    parts = account.arrears
    return Overdue(principal=parts.principal, interest=parts.interest, fees=parts.fees)


def take(case: CollectionsCase, account: AccountSnapshot, policies: Policies) -> tuple[str, ...]:
    """Put the core's figures into a case, unless it has newer ones; the columns that were changed. FactsContradict."""
    if account.as_of < case.facts_as_of:
        return ()
    report = AccountReport(
        account_ref=account.account_ref,
        product=account.product,
        arrears=account.arrears.total,
        balance=account.balance,
        oldest_unpaid_due_date=account.oldest_unpaid_due_date,
        as_of=account.as_of,
    )
    values = account_values(report, CORE, policies)
    for name, value in values.items():
        setattr(case, name, value)
    return tuple(values)
