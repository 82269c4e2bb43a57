"""The checklist of a round: asking for evidence once, and judging what has come together."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from services.common.contracts.events.evidence import EvidenceReceived, EvidenceRequested, EvidenceVerified
from services.common.contracts.workflows import DeliveryRequest, MessageClass, plan_workflow_id
from services.common.kernel.ids import business_uuid
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import (
    EvidenceItem,
    EvidenceStanding,
    EvidenceState,
    EvidenceTerms,
    evidence_standing,
)
from services.plans.models import Checklist, Negotiation, StatementOfMeansRow
from services.plans.repository import cases, requested
from services.plans.repository import evidence as repository
from services.plans.repository.evidence import Document
from services.plans.repository.requested import FIRST_TIME, AskedAgain
from services.plans.service.asking import REVIEW, ask_for_draft
from services.plans.service.context import Context
from services.plans.vocabulary import ChecklistState, Phase

OBLIGATION = "evidence"
_PENDING = (EvidenceState.RECEIVED, EvidenceState.UNDER_REVIEW)


async def close_not_needed(uow: UnitOfWork, items: Iterable[EvidenceItem], standing: EvidenceStanding) -> None:
    """Once enough is verified, nobody needs to look at the rest."""
    if not standing.sufficient:
        return
    for item in items:
        if item.state in _PENDING:
            await uow.close_task(REVIEW, item.evidence_id, "not_needed")


class Checklists:
    """Opens, asks for, judges and closes the checklist of a round."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def open(
        self,
        uow: UnitOfWork,
        negotiation: Negotiation,
        statement: StatementOfMeansRow,
        terms: EvidenceTerms,
        deadline: datetime,
    ) -> int:
        """Make the checklist and ask for what earlier rounds do not cover. Returns how many documents are asked for."""
        now = uow.now()
        day = self._context.day(now)
        checklist = Checklist(
            checklist_id=business_uuid("checklist", str(negotiation.case_id), str(negotiation.round)),
            case_id=negotiation.case_id,
            round=negotiation.round,
            assessment_id=statement.assessment_id,
            policy_version=self._context.policies.evidence.on(day).version,
            state=ChecklistState.REQUESTED,
            asked=0,
            deadline_at=deadline,
            opened_at=now,
        )
        items = await repository.items_for(uow.session, checklist.case_id, checklist.checklist_id)
        standing = evidence_standing(terms, items, day)
        supported = {item.document_type for item in items if item.evidence_id in standing.supporting}
        missing = max(terms.needed - len(supported), 0)
        await uow.emit(
            EvidenceRequested(
                case_id=negotiation.case_id,
                checklist_id=checklist.checklist_id,
                items=missing,
                due_on=self._context.day(deadline),
                round=negotiation.round,
            )
        )
        if standing.sufficient:
            await self.received(uow, negotiation, checklist)
            await self.verified(uow, negotiation, checklist)
        else:
            await self.ask(uow, negotiation, checklist, missing, deadline)
        return missing

    async def ask(
        self,
        uow: UnitOfWork,
        negotiation: Negotiation,
        checklist: Checklist,
        items: int,
        deadline: datetime,
        message_class: MessageClass = "arrangement",
        again: AskedAgain = FIRST_TIME,
    ) -> None:
        """Ask the borrower for documents until `deadline`; asked again, it is a new version of the message."""
        checklist.asked += 1
        checklist.deadline_at = deadline
        checklist.state = ChecklistState.REQUESTED
        await cases.keep_checklist_with_round(uow.session, checklist, negotiation, Phase.EVIDENCE)
        if message_class != "reminder":
            await requested.ask(uow.session, checklist, items, uow.caller.person, uow.now(), again)
        await self.write(uow, checklist, items, deadline, message_class)
        await uow.oblige(
            Obligation(
                negotiation.case_id,
                OBLIGATION,
                str(checklist.checklist_id),
                "workflow",
                deadline,
                plan_workflow_id(negotiation.case_id, negotiation.round),
            )
        )

    async def write(
        self,
        uow: UnitOfWork,
        checklist: Checklist,
        items: int,
        deadline: datetime,
        message_class: MessageClass = "arrangement",
    ) -> None:
        """Write to the borrower what is asked for; the message says that no result is promised (002-14)."""
        await uow.send_message(
            DeliveryRequest(
                case_id=checklist.case_id,
                purpose="evidence_request",
                object_ref=str(checklist.checklist_id),
                version=checklist.asked,
                template="evidence_request",
                params={"items": str(items), "due_on": self._context.day(deadline).isoformat()},
                message_class=message_class,
            )
        )

    async def received(self, uow: UnitOfWork, negotiation: Negotiation, checklist: Checklist) -> None:
        """Enough has been handed in: what comes next is up to reviewers."""
        checklist.state = ChecklistState.RECEIVED
        checklist.reminded_at = None
        await cases.keep_checklist_with_round(uow.session, checklist, negotiation, Phase.REVIEW)
        await uow.meet(OBLIGATION, str(checklist.checklist_id))
        await uow.emit(
            EvidenceReceived(case_id=negotiation.case_id, checklist_id=checklist.checklist_id, round=negotiation.round)
        )

    async def verified(self, uow: UnitOfWork, negotiation: Negotiation, checklist: Checklist) -> None:
        """Enough is verified: a plan can be drafted."""
        checklist.state = ChecklistState.VERIFIED
        await cases.keep_checklist_with_round(uow.session, checklist, negotiation, Phase.DRAFT)
        await uow.emit(
            EvidenceVerified(case_id=negotiation.case_id, checklist_id=checklist.checklist_id, round=negotiation.round)
        )
        clocks = self._context.policies.clocks(self._context.day(uow.now()))
        await ask_for_draft(uow, negotiation, 1, "evidence_verified", clocks)

    def terms(self, checklist: Checklist, statement: StatementOfMeansRow) -> EvidenceTerms:
        """What the reason of the round asked for, under the policy the checklist was made with."""
        return self._context.policies.evidence_terms(checklist.policy_version, statement.hardship_reason)

    async def standing(
        self, uow: UnitOfWork, checklist: Checklist, statement: StatementOfMeansRow, day: date
    ) -> tuple[tuple[EvidenceItem, ...], EvidenceStanding]:
        """The documents that count for a checklist, and how they stand on `day`. Those that expired are marked."""
        items = await repository.items_for(uow.session, checklist.case_id, checklist.checklist_id)
        standing = evidence_standing(self.terms(checklist, statement), items, day)
        if standing.expired:
            await repository.expire_own(uow.session, checklist.case_id, [UUID(one) for one in standing.expired])
        return items, standing

    def judge(
        self,
        documents: Iterable[Document],
        checklist: Checklist,
        statement: StatementOfMeansRow,
        day: date,
    ) -> EvidenceStanding:
        """How a checklist stands on `day` with these documents of its case: its own, and what was verified before."""
        items = [
            repository.item_of(document)
            for document in documents
            if document.row.checklist_id == checklist.checklist_id or document.row.state == EvidenceState.VERIFIED
        ]
        return evidence_standing(self.terms(checklist, statement), items, day)
