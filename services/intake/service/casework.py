"""What people do with a case: answer for it, write notes, decide on re-entry and on a sample."""

from uuid import UUID

from services.common.contracts.events.cases import CaseAssigned
from services.common.kernel.errors import Forbidden
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.errors import CaseIsClosed, CaseUnknown, StepNotAllowed
from services.intake.models import Assignment, CollectionsCase, Note
from services.intake.policies import Policies
from services.intake.repository import cases
from services.intake.schemas import Assign, ImportReview, Reentry, WriteNote
from services.intake.service.showing import case_shown, note_written
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.names import REVIEW_IMPORT, of_round
from services.intake.service.states.procedure import asked_for, begin_round, end
from services.intake.service.states.referral import require_referable

STAFF = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})
LEADS = frozenset({"supervisor", "manager"})


class Casework:
    """Commands of people on one case; each checks that the caller may see the case."""

    def __init__(self, database: Database, policies: Policies, states: CaseStates) -> None:
        self._database = database
        self._policies = policies
        self._states = states

    async def assign(self, caller: Caller, case_id: UUID, body: Assign) -> Answer:
        """Say who answers for a case. Agents take a case that is nobody's for themselves; leads give it to anybody."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            case = await self._open(uow, case_id)
            caller.require_version(case.version)
            if not caller.roles & LEADS and (case.assignee is not None or body.assignee != caller.person):
                raise Forbidden("a supervisor gives a case to somebody else")
            case.assignee = body.assignee
            case.version += 1
            await cases.write(uow.session, case, "assignee", "version")
            now = uow.now()
            uow.session.add(
                Assignment(case_id=case_id, version=case.version, assignee=body.assignee, at=now, actor=caller.person)
            )
            await uow.emit(CaseAssigned(case_id=case_id, assignee=body.assignee))
            await uow.audit("case.assigned", f"case/{case_id}", case_id=case_id, after={"assignee": body.assignee})
            return uow.answer(case_shown(case), etag=case.version)

    async def write_note(self, caller: Caller, case_id: UUID, body: WriteNote) -> Answer:
        """Keep a note; notes are never changed."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            await self._seen(uow, case_id)
            command = caller.command
            assert command is not None, "a note comes with an Idempotency-Key"
            note = Note(
                note_id=business_uuid("note", command.scope, command.key),
                case_id=case_id,
                text=body.text,
                at=uow.now(),
                actor=caller.person,
            )
            uow.session.add(note)
            await uow.audit("note.written", f"note/{note.note_id}", case_id=case_id)
            return uow.answer(note_written(note), status=201)

    async def reenter(self, caller: Caller, case_id: UUID, body: Reentry) -> Answer:
        """Decide on a broken case without rounds left, or one where nobody was reached: one more round, a referral, or
        the end."""
        caller.require_any(LEADS)
        async with self._database.write(caller) as uow:
            case = await self._open(uow, case_id)
            _same_version(caller, case)
            asked = asked_for(case)
            if asked is None:
                raise StepNotAllowed(
                    f"re-entry is decided in PLAN_BROKEN, or where nobody was reached; the case is in {case.state}"
                )
            if body.decision == "refer":
                await require_referable(uow, case, body.default_notice_on, self._policies)
            if not await uow.close_task(asked, of_round(case), body.decision):
                raise StepNotAllowed("no decision is asked for yet")
            if body.decision == "reopen":
                await begin_round(uow, case, self._states)
            elif body.decision == "close":
                await end(uow, case, self._states, self._policies)
            else:
                await self._states.move(uow, case, CaseState.REFERRED, "referral.approved")
            await uow.audit(
                "case.reentry_decided", f"case/{case_id}", case_id=case_id, detail={"decision": body.decision}
            )
            return uow.answer(case_shown(case), etag=case.version)

    async def review_import(self, caller: Caller, case_id: UUID, body: ImportReview) -> Answer:
        """Say that an imported sample case was looked at; its workflow then takes it out of the work."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            case = await self._open(uow, case_id)
            if not await uow.close_task(REVIEW_IMPORT, str(case_id), body.verdict):
                raise StepNotAllowed("no review of this case is asked for")
            case.version += 1
            await cases.write(uow.session, case, "version")
            await uow.audit("import.reviewed", f"case/{case_id}", case_id=case_id, detail={"verdict": body.verdict})
            return uow.answer(case_shown(case), etag=case.version)

    async def _seen(self, uow: UnitOfWork, case_id: UUID) -> CollectionsCase:
        """The locked case; CaseUnknown when the caller may not see it."""
        case = await cases.lock(uow.session, case_id, uow.caller)
        if case is None:
            raise CaseUnknown
        return case

    async def _open(self, uow: UnitOfWork, case_id: UUID) -> CollectionsCase:
        case = await self._seen(uow, case_id)
        if case.state == CaseState.CLOSED:
            raise CaseIsClosed
        return case


def _same_version(caller: Caller, case: CollectionsCase) -> None:
    """A decision may name the version it was taken on; the state guards it in any case."""
    if caller.if_match is not None:
        caller.require_version(case.version)
