"""Opening a case: one open case for each borrower and account, whoever tells of it and how often."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from services.common.contracts.events.bank import DelinquencyReported
from services.common.contracts.events.cases import CaseOpened
from services.common.contracts.workflows import CASE, CaseInput, case_workflow_id
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.logging import get_logger
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.reopening import dealt_with
from services.intake.errors import FactsContradict
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases
from services.intake.repository.cases import Pair
from services.intake.schemas import OpenCase
from services.intake.service.arrival.facts import AccountReport, Profile, account_values, borrower_values
from services.intake.service.showing import case_shown
from services.intake.service.states.names import TRIAGE

log = get_logger(__name__)

OPENS = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})


@dataclass(frozen=True, slots=True)
class Report:
    """A case as somebody tells of it."""

    profile: Profile
    account: AccountReport
    origin: Literal["bank", "borrower"]


class Opening:
    """Opens cases from the API and from the bank's feed; the file import has its own bulk path with the same result."""

    def __init__(self, database: Database, policies: Policies, institution: str) -> None:
        self._database = database
        self._policies = policies
        self._institution = institution

    async def open_case(self, caller: Caller, body: OpenCase) -> Answer:
        """Open a case (201), or answer with the case there is (200)."""
        caller.require_any(OPENS)
        if body.account.currency != body.arrears.currency:
            raise FactsContradict(
                "two currencies", fields=[("#/arrears/currency", "is not the currency of the account")]
            )
        now = self._database.clock.now()
        known = {one.pack for one in self._policies.triage(now).value.packs}
        if body.account.pack is not None and body.account.pack not in known:
            raise InvalidInput("no such pack", fields=[("#/account/pack", "is none of those installed")])
        today = self._policies.cases(now).today(now)
        if body.oldest_unpaid_due_date is not None and body.oldest_unpaid_due_date > today:
            raise FactsContradict("not due yet", fields=[("#/oldest_unpaid_due_date", "is a day that has not come")])
        report = Report(
            profile=Profile(**body.borrower.model_dump()),
            account=AccountReport(
                account_ref=body.account.account_ref,
                product=body.account.product,
                portfolio=body.account.portfolio,
                pack=body.account.pack,
                arrears=body.arrears,
                balance=body.balance,
                oldest_unpaid_due_date=body.oldest_unpaid_due_date,
                as_of=today,
                limitation_from=body.limitation_from,
            ),
            origin=body.origin,
        )
        async with self._database.write(caller) as uow:
            case_id, opened = await self._open(uow, report)
            case = await cases.lock(uow.session, case_id)
            assert case is not None
            if body.channel is not None:
                how = {"channel": body.channel, "merged": not opened}
                await uow.audit("case.enquiry", f"case/{case_id}", case_id=case_id, detail=how)
            return uow.answer(
                case_shown(case),
                status=201 if opened else 200,
                etag=case.version,
                location=f"/v1/cases/{case_id}",
            )

    async def hear_delinquency(self, uow: UnitOfWork, received: Received[DelinquencyReported]) -> None:
        """The bank says that an account is past due: open a case, or bring the facts of the open one up to date."""
        said = received.payload
        report = Report(
            profile=Profile(borrower_ref=said.borrower_ref),
            account=AccountReport(
                account_ref=said.account_ref,
                product=said.product,
                portfolio=said.portfolio,
                arrears=said.arrears,
                balance=said.balance,
                oldest_unpaid_due_date=said.oldest_unpaid_due_date,
                as_of=said.as_of,
                limitation_from=said.limitation_from,
            ),
            origin="bank",
        )
        borrower_id = business_uuid("borrower", self._institution, said.borrower_ref)
        there = await cases.pair(uow.session, borrower_id, said.account_ref)
        if there.open is not None:
            # The bank says nothing of the borrower but the reference: the lock of the case is all that is needed.
            await self._refresh(uow, there.open, report)
            return
        if self._dealt_with(uow, there, said):
            log.info("arrears_dealt_with", source=received.event.source, event_id=received.event.id)
            return
        case_id, opened = await self._open(uow, report)
        if not opened:
            await self._refresh(uow, case_id, report)

    async def follow(self, uow: UnitOfWork, report: Report) -> tuple[UUID, bool]:
        """A case that follows a closed one, whenever its arrears began: its id, and whether it was opened here."""
        return await self._open(uow, report)

    def _dealt_with(self, uow: UnitOfWork, there: Pair, said: DelinquencyReported) -> bool:
        """Whether a closed case of the account was about these arrears already."""
        if there.last_closed_at is None:
            return False
        closed_on = self._policies.cases(uow.now()).today(there.last_closed_at)
        return dealt_with(said.oldest_unpaid_due_date, closed_on)

    async def _open(self, uow: UnitOfWork, report: Report) -> tuple[UUID, bool]:
        """The id of the open case of the pair, and whether it was opened here."""
        now = uow.now()
        policy = self._policies.cases(now)
        profile, account = report.profile, report.account
        borrower_id = business_uuid("borrower", self._institution, profile.borrower_ref)
        facts = account_values(account, report.origin, self._policies)
        # This locks the borrower, so that two reports of one borrower come one after the other.
        await borrowers.merge(uow.session, borrower_values(profile, borrower_id, report.origin, account.as_of, policy))
        there = await cases.pair(uow.session, borrower_id, account.account_ref)
        if there.open is not None:
            return there.open, False
        case_id = business_uuid("case", profile.borrower_ref, account.account_ref, str(there.count))
        values = {
            **facts,
            "case_id": case_id,
            "borrower_id": borrower_id,
            "account_ref": account.account_ref,
            "portfolio": account.portfolio or policy.portfolio,
            "declared_pack": account.pack,
            "sequence": there.count,
            "previous_case_id": there.last,
            "origin": report.origin,
            "state": CaseState.OPENED,
            "state_version": 1,
            "moved_by": "case.opened",
            "version": 1,
            "contactable": False,
            "language": there.language,
            "round": 1,
            "opened_at": now,
            "changed_at": now,
        }
        history = {
            "state_version": 1,
            "to_state": CaseState.OPENED,
            "trigger": "case.opened",
            "at": now,
            "actor": uow.caller.person,
            "event_id": f"/intake {case_id}/1",
        }
        if not await cases.insert_open(uow.session, values, history):
            raise RuntimeError("a case was opened although its borrower is locked")
        event = CaseOpened(
            case_id=case_id,
            borrower_id=borrower_id,
            account_ref=account.account_ref,
            origin=report.origin,
            opened_at=now,
        )
        await uow.emit(event)
        workflow_id = case_workflow_id(case_id)
        await uow.start(CASE, workflow_id, CaseInput(case_id=case_id), case_id)
        due = now + timedelta(hours=policy.triage_hours)
        await uow.oblige(Obligation(case_id, TRIAGE, str(case_id), "workflow", due, workflow_id))
        await uow.audit(
            "case.opened", f"case/{case_id}", case_id=case_id, after=facts, detail={"origin": report.origin}
        )
        return case_id, True

    async def _refresh(self, uow: UnitOfWork, case_id: UUID, report: Report) -> None:
        """Facts of a later day replace those of the open case; FactsContradict when the currency is another one."""
        case = await cases.lock(uow.session, case_id)
        assert case is not None
        if case.currency != report.account.arrears.currency:
            raise FactsContradict("the currency of the account is not that of its case")
        if report.account.as_of <= case.facts_as_of:
            return
        facts = account_values(report.account, report.origin, self._policies)
        before = {name: getattr(case, name) for name in facts}
        for name, value in facts.items():
            setattr(case, name, value)
        case.version += 1
        await cases.write(uow.session, case, "version", *facts)
        await uow.audit("case.facts_refreshed", f"case/{case_id}", case_id=case_id, before=before, after=facts)
