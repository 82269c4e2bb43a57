"""The papers of a case in one action: read in the core, in contact's log and at plans; only the audit is written."""

import asyncio
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.banking.port import AccountSnapshot, CoreBanking
from services.common.banking.types import AccountHistory
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.intake.errors import CaseUnknown
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import cases, clocks
from services.intake.request_texts import REQUEST_TYPES
from services.intake.schemas import Papers
from services.intake.schemas.papers import Contract, Notice, Paid, ScheduleLine, Selectable, Statement
from services.intake.service.arrival.programmes import AskedFor, Programmes
from services.intake.service.reading import PROFILE_READERS

BORROWER = "borrower:"


class LogLine(BaseModel):
    """What intake reads of a line of contact's log."""

    model_config = ConfigDict(extra="ignore")

    at: datetime
    kind: str
    side: str
    channel: str | None
    what: str
    words: str | None = Field(repr=False)


class ContactLog(Protocol):
    """Contact, as far as its log goes."""

    async def log(self, case_id: UUID, caller: Caller) -> list[LogLine]:
        """The whole log of a case, oldest first; empty for a case that contact has not heard of. Unavailable."""


class BorrowersPapers:
    """Gathers what a borrower reads before talking."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        core: CoreBanking,
        programmes: Programmes,
        contact: ContactLog,
        institution: str,
    ) -> None:
        self._database = database
        self._policies = policies
        self._core = core
        self._programmes = programmes
        self._contact = contact
        self._institution = institution

    async def gather(self, caller: Caller, case_id: UUID) -> Papers:
        """All papers of a case. CaseUnknown, also when a portal acts for another; CoreUnavailable, Unavailable."""
        caller.require_any(PROFILE_READERS)
        async with self._database.write(caller) as uow:
            case = await cases.get(uow.session, case_id, caller)
            if case is None or not self._is_theirs(case, caller):
                raise CaseUnknown
            cause = await clocks.newest_cause(uow.session, case_id)
            await uow.audit("papers.read", f"case/{case_id}", case_id=case_id)
            pack = case.pack or case.declared_pack or self._policies.triage(uow.now()).value.default_pack
        asked = AskedFor(
            product=case.product,
            pack=pack,
            oldest_unpaid_due_date=case.oldest_unpaid_due_date,
            hardship_reason=cause,
        )
        own = Caller.service(self._database.service, caller.correlation_id, acting_for=caller.person)
        account, schedule, history, offered, log = await asyncio.gather(
            self._core.get_account(case.account_ref),
            self._core.get_schedule(case.account_ref),
            self._core.account_history(case.account_ref),
            self._programmes.programmes(asked, own),
            self._contact.log(case_id, own),
        )
        return Papers(
            case_id=case_id,
            contract=_contract(account, history),
            schedule=[ScheduleLine(**line._asdict()) for line in schedule.instalments],
            statement=_statement(account, history),
            notices=[
                Notice(**line.model_dump(include=set(Notice.model_fields)))
                for line in log
                if (line.kind, line.side) == ("message", "institution")
            ],
            request_types=[Selectable(request_type=kind, zh=zh, en=en) for kind, (zh, en) in REQUEST_TYPES.items()],
            free_of_charge=offered.free_of_charge.model_dump(),
            options=[one for one in offered.programmes if one["fits"]],
        )

    def _is_theirs(self, case: CollectionsCase, caller: Caller) -> bool:
        """Whether a portal that acts for a borrower acts for the one of the case."""
        named = caller.acting_for or ""
        if not named.startswith(BORROWER):
            return True
        ref = named.removeprefix(BORROWER)
        return case.borrower_id == business_uuid("borrower", self._institution, ref) or str(case.borrower_id) == ref


def _contract(account: AccountSnapshot, history: AccountHistory) -> Contract:
    return Contract(
        account_ref=account.account_ref,
        product=account.product,
        opened_on=history.opened_on,
        annual_rate=account.annual_rate,
        regular_payment=account.monthly_payment,
        remaining_payments=account.remaining_periods,
    )


def _statement(account: AccountSnapshot, history: AccountHistory) -> Statement:
    return Statement(
        as_of=account.as_of,
        balance=account.balance,
        principal_past_due=account.arrears.principal,
        interest_past_due=account.arrears.interest,
        fees_past_due=account.arrears.fees,
        claim=account.claim,
        oldest_unpaid_due_date=account.oldest_unpaid_due_date,
        payments=[Paid(on=one.value_date, amount=one.amount) for one in history.payments],
    )
