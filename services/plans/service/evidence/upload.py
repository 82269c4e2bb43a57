"""Receiving evidence: the file goes to the object store first, then a row with its hash says that it is there."""

import asyncio
import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.common.kernel.errors import ForbearError, InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import AlreadyAnswered, Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.adapters.evidence_store import EVIDENCE
from services.plans.domain.approval import evidence_suffices
from services.plans.domain.evidence import COUNTS, EvidenceState, require_period
from services.plans.errors import EvidenceHandedIn
from services.plans.models import Evidence
from services.plans.repository import checks, requested
from services.plans.repository import evidence as repository
from services.plans.repository.checks import Made
from services.plans.repository.rows import put
from services.plans.service.asking import ask_for_review
from services.plans.service.context import BORROWER, Context, channel_of, require_negotiator_or_borrower
from services.plans.service.evidence.checking import flag_twins, statement_check
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.evidence.incoming import Incoming, Upload, taken_in
from services.plans.service.evidence.receipts import receipt_of
from services.plans.service.flow import lock, require_phase
from services.plans.service.stored import round_facts
from services.plans.vocabulary import Phase


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of a document when it is handed in; `stated_end` is the end it states itself, when it has one, the
    period is what it covers, and `consent_ref` names the borrower's separate consent to its use, when there is one."""

    evidence_type: str
    document_date: date
    stated_end: date | None
    consent_ref: str | None
    period_start: date | None = None
    period_end: date | None = None


class ReceiveEvidence:
    """Takes one document of a checklist."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def receive(self, caller: Caller, case_id: UUID, file: Upload, said: Document) -> Answer:
        """Keep the file and give a receipt. BodyTooLarge, UnsupportedMediaType, ActiveContent, UnreadableFile,
        InvalidInput, WrongPhase, EvidenceHandedIn.

        A refusal leaves neither a row nor an object. The object is left alone when it is not known whether the row
        was committed: a file without a row is waste that a sweep removes, a row without its file is a lost proof.
        """
        require_negotiator_or_borrower(caller)
        day = self._context.day(self._context.database.clock.now())
        async with taken_in(file, self._context.policies.clocks(day).upload, self._context.examiner) as incoming:
            if caller.command is not None:
                # The parts of an upload are not in the request's hash: a repeat must be of the same content.
                text = f"{caller.command.request_hash} {incoming.sha256} {said}"
                hashed = hashlib.sha256(text.encode()).hexdigest()
                caller = replace(caller, command=replace(caller.command, request_hash=hashed))
            # The name is random: two attempts to store one file never share an object, so removing one is safe.
            key = f"{EVIDENCE}/{case_id}/{secrets.token_hex(16)}"
            noticed = await asyncio.to_thread(statement_check, incoming, said, self._context.policies, day)
            await self._context.files.put(key, incoming.path)
            try:
                async with self._context.database.write(caller) as uow:
                    return await self._record(uow, case_id, incoming, key, said, noticed)
            except (ForbearError, AlreadyAnswered):
                await self._context.files.remove(key)
                raise

    async def _record(
        self,
        uow: UnitOfWork,
        case_id: UUID,
        stored: Incoming,
        key: str,
        said: Document,
        noticed: list[Made],
    ) -> Answer:
        case, negotiation = await lock(uow, case_id, self._context.seen_by(uow.caller))
        require_phase(negotiation, Phase.EVIDENCE, Phase.REVIEW, Phase.DRAFT)
        now = uow.now()
        day = self._context.day(now)
        statement, checklist = await round_facts(uow, negotiation)
        documents = await repository.of_case(uow.session, case_id)
        if negotiation.phase == Phase.DRAFT:
            # What was verified may expire while a plan is drafted: then, and only then, it is handed in anew.
            if evidence_suffices(self._checklists.judge(documents, checklist, statement, day), day):
                require_phase(negotiation, Phase.EVIDENCE, Phase.REVIEW)
        if said.document_date > day:
            raise InvalidInput("the document is dated in the future", fields=[("#/document_date", "in the future")])
        terms = self._checklists.terms(checklist, statement)
        if terms.separate_consent and said.consent_ref is None:
            # CN-25, Article 29 PIPL: sensitive data, such as on health, are taken only with a consent of their own.
            raise InvalidInput("the borrower's separate consent is needed", fields=[("#/consent_ref", "missing")])
        if said.evidence_type not in terms.accepted:
            raise InvalidInput(
                "this type is not on the checklist", fields=[("#/evidence_type", "not on the checklist")]
            )
        own = [document.row for document in documents if document.row.checklist_id == checklist.checklist_id]
        for twin in own:
            if twin.sha256 == stored.sha256 and twin.state in COUNTS:
                raise EvidenceHandedIn("this file has been handed in", evidence_id=str(twin.evidence_id))
        require_period(
            self._context.policies.evidence.named(checklist.policy_version).value.statement,
            said.evidence_type,
            said.period_start,
            said.period_end,
            day,
        )
        number = len(own) + 1
        row = await put(
            uow.session,
            Evidence(
                evidence_id=business_uuid("evidence", str(checklist.checklist_id), str(number)),
                checklist_id=checklist.checklist_id,
                case_id=case_id,
                number=number,
                evidence_type=said.evidence_type,
                state=EvidenceState.RECEIVED,
                sha256=stored.sha256,
                size=stored.size,
                media_type=stored.media_type,
                object_key=key,
                document_date=said.document_date,
                stated_end=said.stated_end,
                period_start=said.period_start,
                period_end=said.period_end,
                channel=channel_of(uow.caller),
                facts=json.dumps(stored.facts) if stored.facts else None,
                uploaded_by=uow.caller.person,
                uploaded_at=now,
                **_consent(said, self._context.borrower_of(uow.caller) or case.borrower_id, now),
            ),
        )
        await uow.audit(
            "evidence.uploaded", f"evidence/{row.evidence_id}", case_id=case_id, after={"sha256": stored.sha256}
        )
        wanted = await requested.unanswered(uow.session, checklist.checklist_id)
        if wanted:
            fitting = [one for one in wanted if one.evidence_type in (None, said.evidence_type)]
            await requested.answer(uow.session, (fitting or wanted)[0], row.evidence_id)
        if noticed:
            await checks.add(uow.session, row.evidence_id, noticed, now)
        await flag_twins(uow, case, row)
        standing = self._checklists.judge([*documents, repository.Document(row)], checklist, statement, day)
        waiting = [row] if negotiation.phase in (Phase.REVIEW, Phase.DRAFT) else []
        if negotiation.phase == Phase.EVIDENCE and standing.received:
            await self._checklists.received(uow, negotiation, checklist)
            waiting = [e for e in (*own, row) if e.state == EvidenceState.RECEIVED]
        for document in waiting:
            await ask_for_review(uow, document, self._context.policies.clocks(day))
        if waiting:
            await repository.move(uow.session, [one.evidence_id for one in waiting], EvidenceState.UNDER_REVIEW)
        return uow.answer(
            receipt_of(row, case.language),
            status=201,
        )


def _consent(said: Document, borrower_id: UUID, now: datetime) -> dict[str, Any]:
    """Who consented, as it was told with the document; nothing without a reference."""
    if said.consent_ref is None:
        return {}
    return {"consent_ref": said.consent_ref, "consented_by": f"{BORROWER}{borrower_id}", "consented_at": now}
