"""Writing back how a case ended well, and how the customer would like to be met from now on."""

from __future__ import annotations

from typing import NamedTuple, Protocol
from uuid import UUID

from services.common.banking.customers import ClosingSummary, CustomerRecords
from services.common.banking.errors import CoreRefused, CoreUnavailable
from services.common.banking.port import CoreStatus
from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import CLOSING_SUMMARY, CaseInput, summary_workflow_id
from services.common.kernel.errors import NotFound
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.relationship import CURED, may_contact_by
from services.followup.models import CrmSummary
from services.followup.repository import ends
from services.followup.repository.care import summaries
from services.followup.service.policies import DEFAULT, Policies


class Asked(NamedTuple):
    """What a borrower asks of us, and the channels that they agreed to."""

    language: str | None = None
    preferred_channel: str | None = None
    stopped_channels: tuple[str, ...] = ()
    consented: tuple[str, ...] = ()


class ContactWishes(Protocol):
    """Contact, which knows what people ask of us."""

    async def asked_of_us(self, case_id: UUID, caller: Caller) -> Asked:
        """Preferences and consents of the borrower of a case. NotFound, Forbidden, Unavailable."""


class Summaries:
    """Begins with the close of a case, and writes once."""

    def __init__(self, database: Database, policies: Policies, contact: ContactWishes, core: CustomerRecords) -> None:
        self._database = database
        self._policies = policies
        self._contact = contact
        self._core = core

    async def write(self, asked: CaseInput) -> None:
        """Write the summary of a case; again: nothing. CoreRefused; CoreUnavailable while nobody knows."""
        caller = Caller.service(self._database.service, summary_workflow_id(asked.case_id))
        async with self._database.write(caller) as uow:
            row = await summaries.lock(uow.session, asked.case_id)
            if row is None or row.reference is not None:
                return
            past = await summaries.past(uow.session, asked.case_id)
            account_ref, ended, ended_on = row.account_ref, row.ended, row.ended_on
        wishes = await self._wishes(asked.case_id, caller)
        summary = ClosingSummary(
            account_ref=account_ref,
            ended=ended,
            ended_on=ended_on,
            plans=past.plans,
            instalments_missed=past.missed,
            language=wishes.language or past.language,
            preferred_channel=wishes.preferred_channel,
            may_contact_by=may_contact_by(wishes.consented, wishes.stopped_channels),
            stopped_channels=wishes.stopped_channels,
        )
        answer = await self._core.write_summary(summary, f"closing-summary/{asked.case_id}")
        if answer.status is CoreStatus.REFUSED:
            raise CoreRefused(answer.code or "refused")
        if answer.status is not CoreStatus.DONE:
            raise CoreUnavailable("nobody knows whether the summary was kept")
        async with self._database.write(caller) as uow:
            kept = await summaries.lock(uow.session, asked.case_id)
            if kept is not None and kept.reference is None:
                kept.reference, kept.written_at = answer.reference, uow.now()
                await uow.session.flush()
                subject = f"crm_summary/{asked.case_id}"
                await uow.audit("crm_summary.written", subject, case_id=asked.case_id, detail={"ended": ended})

    async def _wishes(self, case_id: UUID, caller: Caller) -> Asked:
        try:
            return await self._contact.asked_of_us(case_id, caller)
        except NotFound:
            # Contact never met this borrower: nothing was asked of us, and nothing agreed to.
            return Asked()


async def begin_summary(uow: UnitOfWork, said: CaseClosed, policies: Policies) -> None:
    """case.closed: what ended well is written back. Nothing of a case that nobody triaged, and nothing again."""
    known = await ends.triaged(uow.session, said.case_id)
    if said.reason not in CURED or known is None or await summaries.lock(uow.session, said.case_id) is not None:
        return
    ended_on = policies.pack(DEFAULT, said.closed_at).today(said.closed_at)
    row = CrmSummary(case_id=said.case_id, account_ref=known.account_ref, ended=said.reason, ended_on=ended_on)
    await summaries.put(uow.session, row)
    asked = CaseInput(case_id=said.case_id)
    await uow.start(CLOSING_SUMMARY, summary_workflow_id(said.case_id), asked, said.case_id)
