"""The end of a case: its reason, its letter, and until when its records are kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.common.contracts.events.agreements import CreditStatusReported
from services.common.contracts.events.cases import CaseClosed, CaseTriaged
from services.common.contracts.events.contacts import MessageRefused, MessageSent, MessageUnreachable
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.ends import credit_status
from services.followup.domain.retention import kept_until, may_be_deleted
from services.followup.errors import CaseNotEnded, CaseNotKnown, NoLegalHold
from services.followup.models import CaseEnd, LegalHold, TriagedCase
from services.followup.repository import cases, ends
from services.followup.schemas.ends import EndView, KeptBy, LegalHoldView, PlaceLegalHold
from services.followup.service.care.summaries import begin_summary
from services.followup.service.policies import DEFAULT, Policies
from services.followup.vocabulary import CLOSING_LETTER, LetterState

KEEPERS = frozenset({"compliance"})
READERS = frozenset({"supervisor", "manager", "risk", "compliance"})


def is_closing_letter(said: MessageSent | MessageRefused | MessageUnreachable) -> bool:
    """Whether a message tells a borrower that the case has ended."""
    return said.purpose == CLOSING_LETTER


class Ends:
    """Keeps how cases ended, and what keeps their records."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def apply_triaged(self, uow: UnitOfWork, received: Received[CaseTriaged]) -> None:
        """case.triaged: by which rules the case is judged from now on."""
        said = received.payload.model_dump(include=set(TriagedCase.model_fields))
        await ends.triage(uow.session, TriagedCase.model_validate(said))

    async def apply_closed(self, uow: UnitOfWork, said: CaseClosed) -> None:
        """case.closed: its reason, and the last day of its records by every rule of its packs and by the house."""
        known = await ends.triaged(uow.session, said.case_id)
        ended_on = self._policies.pack(DEFAULT, said.closed_at).today(said.closed_at)
        version, years = self._policies.keep_years(
            known.pack if known else "", known.product if known else "", ended_on
        )
        last_days = kept_until(ended_on, years)
        end = CaseEnd(
            case_id=said.case_id,
            reason=said.reason,
            closed_at=said.closed_at,
            kept_by={rule: day.isoformat() for rule, day in last_days.items()},
            retention_until=max(last_days.values()),
            retention_version=version,
        )
        status = credit_status(said.reason)
        end.credit_status = status if known else None
        if not await ends.put_end(uow.session, end):
            return
        await begin_summary(uow, said, self._policies)
        if known and status:
            await uow.emit(
                CreditStatusReported(
                    case_id=said.case_id, account_ref=known.account_ref, status=status, ended_on=ended_on
                )
            )
        detail = {"reason": said.reason, "retention_until": end.retention_until.isoformat(), "policy": version}
        await uow.audit("case.end_kept", f"case/{said.case_id}", case_id=said.case_id, detail=detail)

    async def apply_letter(
        self, uow: UnitOfWork, said: MessageSent | MessageRefused | MessageUnreachable, state: LetterState
    ) -> None:
        """What contact says of the closing letter."""
        await ends.put_letter(uow.session, said.case_id, state.value, uow.now())

    async def get(self, caller: Caller, case_id: UUID) -> Answer:
        """How a case ended. CaseNotKnown, also for a case that is not to be seen; CaseNotEnded."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            if not await ends.is_known(session, case_id, caller):
                raise CaseNotKnown
            end = await ends.end_of(session, case_id)
            if end is None:
                raise CaseNotEnded
            letter = await ends.letter_of(session, case_id)
            hold = await ends.legal_hold_of(session, case_id)
        now = self._database.clock.now()
        last_days = {rule: date.fromisoformat(day) for rule, day in end.kept_by.items()}
        stands = hold is not None and hold.stands
        return Answer(
            EndView(
                case_id=case_id,
                reason=end.reason,
                closed_at=end.closed_at,
                credit_status=credit_status(end.reason) if end.credit_status else None,
                closing_letter=LetterState(letter.state) if letter else None,
                kept_by=[KeptBy(rule=rule, until=day) for rule, day in last_days.items()],
                retention_until=end.retention_until,
                legal_hold=stands,
                may_be_deleted=may_be_deleted(self._policies.pack(DEFAULT, now).today(now), last_days, stands),
            )
        )

    async def legal_hold(self, caller: Caller, case_id: UUID) -> Answer:
        """Whether a legal hold stands, with the version to change it by. CaseNotKnown."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            if not await ends.is_known(session, case_id, caller):
                raise CaseNotKnown
            hold = await ends.legal_hold_of(session, case_id)
        view = _hold_view(case_id, hold)
        return Answer(view, etag=view.version)

    async def place(self, caller: Caller, case_id: UUID, body: PlaceLegalHold) -> Answer:
        """Keep the records of a case from now on, or say another reason. CaseNotKnown, StaleVersion."""
        async with self._database.write(caller) as uow:
            hold = await self._locked(uow, case_id)
            before = hold.model_dump(mode="json") if hold else None
            if hold is None:
                hold = LegalHold(case_id=case_id, reason=body.reason, placed_by=caller.person, placed_at=uow.now())
                uow.session.add(hold)
            else:
                hold.reason, hold.placed_by, hold.placed_at = body.reason, caller.person, uow.now()
                hold.released_by = hold.released_at = None
                hold.version += 1
            return await self._changed(uow, hold, "legal_hold.placed", before)

    async def release(self, caller: Caller, case_id: UUID) -> Answer:
        """Let the rules decide again. CaseNotKnown, NoLegalHold, StaleVersion."""
        async with self._database.write(caller) as uow:
            hold = await self._locked(uow, case_id)
            if hold is None or not hold.stands:
                raise NoLegalHold
            before = hold.model_dump(mode="json")
            hold.released_by, hold.released_at = caller.person, uow.now()
            hold.version += 1
            return await self._changed(uow, hold, "legal_hold.released", before)

    async def _locked(self, uow: UnitOfWork, case_id: UUID) -> LegalHold | None:
        """The hold of a case of which nobody else changes anything meanwhile."""
        uow.caller.require_any(KEEPERS)
        await cases.lock_case(uow.session, case_id)
        if not await ends.is_known(uow.session, case_id, uow.caller):
            raise CaseNotKnown
        hold = await ends.legal_hold_of(uow.session, case_id)
        uow.caller.require_version(hold.version if hold else 0)
        return hold

    async def _changed(self, uow: UnitOfWork, hold: LegalHold, action: str, before: dict[str, object] | None) -> Answer:
        await uow.session.flush()
        after = hold.model_dump(mode="json")
        detail = {"reason": hold.reason, "version": hold.version}
        subject = f"case/{hold.case_id}"
        await uow.audit(action, subject, case_id=hold.case_id, before=before, after=after, detail=detail)
        return uow.answer(_hold_view(hold.case_id, hold), etag=hold.version)


def _hold_view(case_id: UUID, hold: LegalHold | None) -> LegalHoldView:
    if hold is None:
        return LegalHoldView(case_id=case_id, stands=False)
    return LegalHoldView.model_validate(hold.model_dump() | {"stands": hold.stands})
