"""Reading cases, borrowers, notes, holds and the time line. Reading personal data leaves an audit entry."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.encryption import decrypt
from services.common.runtime.http.pagination import Page, PageQuery
from services.intake.domain.dpd import PresumptionTerms
from services.intake.errors import CaseUnknown
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, interest, records
from services.intake.schemas import BorrowerProfile, Case, CaseToday, Happening, Holds, NoteShown
from services.intake.service.showing import case_shown, case_today, hold_shown, note_shown, profile_shown

PRESUMED = "EU-11"
PROFILE_READERS = frozenset({"agent", "senior_agent", "supervisor", "manager", "compliance", "system"})
HOLD_READERS = frozenset({"senior_agent", "supervisor", "manager", "compliance", "system"})


class Reading:
    """Answers questions; changes nothing but the audit entries of readings of personal data."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def case(self, caller: Caller, case_id: UUID) -> CaseToday:
        """One case as it stands today. CaseUnknown when there is none that the caller may see."""
        async with self._database.read() as session:
            found = await cases.get(session, case_id, caller)
        if found is None:
            raise CaseUnknown
        now = self._database.clock.now()
        today = self._policies.cases(now).today(now)
        rule = self._policies.rules_of_case(found.pack, found.product, today).get(PRESUMED)
        presuming = None if rule is None else rule[1].terms(PresumptionTerms)
        return case_today(found, today, self._policies.arrears(today), presuming)

    async def page(self, caller: Caller, asked: PageQuery, state: str | None, assignee: str | None) -> Page[Case]:
        """Cases in the order of opening, as far as the caller may see them."""
        after = None
        if asked.after is not None:
            opened_at, case_id = asked.after
            assert isinstance(opened_at, datetime) and isinstance(case_id, UUID)
            after = (opened_at, case_id)
        async with self._database.read() as session:
            rows = await cases.page(session, caller, state, assignee, after, asked.limit + 1)
        return asked.page(rows, lambda row: (row.opened_at, row.case_id), case_shown)

    async def borrower(self, caller: Caller, case_id: UUID) -> BorrowerProfile:
        """The borrower of a case; who read it is recorded."""
        caller.require_any(PROFILE_READERS)
        async with self._database.write(caller) as uow:
            borrower = await borrowers.of_case(uow.session, case_id, caller)
            if borrower is None:
                raise CaseUnknown
            await uow.audit("borrower.read", f"borrower/{borrower.borrower_id}", case_id=case_id)
            return profile_shown(borrower)

    async def notes(self, caller: Caller, case_id: UUID, asked: PageQuery) -> Page[NoteShown]:
        """Notes of a case, oldest first."""
        after = None
        if asked.after is not None:
            at, note_id = asked.after
            assert isinstance(at, datetime) and isinstance(note_id, UUID)
            after = (at, note_id)
        async with self._database.write(caller) as uow:
            await self._visible(uow.session, caller, case_id)
            rows = await records.notes(uow.session, case_id, after, asked.limit + 1)
            await uow.audit("notes.read", f"case/{case_id}", case_id=case_id)
        return asked.page(rows, lambda row: (row.at, row.note_id), note_shown)

    async def holds(self, caller: Caller, case_id: UUID) -> Holds:
        """All holds of the borrower of a case, past ones too."""
        caller.require_any(HOLD_READERS)
        async with self._database.write(caller) as uow:
            case = await self._visible(uow.session, caller, case_id)
            found = await records.holds(uow.session, case.borrower_id)
            stops = await interest.of_person(uow.session, case.borrower_id)
            await uow.audit("holds.read", f"borrower/{case.borrower_id}", case_id=case_id)
        return Holds(items=[hold_shown(hold, stops) for hold in found])

    async def timeline(self, caller: Caller, case_id: UUID, asked: PageQuery) -> Page[Happening]:
        """What happened in a case, in order of time."""
        after = None
        if asked.after is not None:
            at, kind, ref = asked.after
            assert isinstance(at, datetime) and isinstance(kind, str) and isinstance(ref, str)
            after = (at, kind, ref)
        async with self._database.write(caller) as uow:
            await self._visible(uow.session, caller, case_id)
            rows = await records.timeline(uow.session, case_id, after, asked.limit + 1)
            await uow.audit("timeline.read", f"case/{case_id}", case_id=case_id)
        return asked.page(rows, lambda row: (row.at, row.kind, row.ref), _happening)

    async def _visible(self, session: AsyncSession, caller: Caller, case_id: UUID) -> CollectionsCase:
        case = await cases.get(session, case_id, caller)
        if case is None:
            raise CaseUnknown
        return case


def _happening(row: Row[Any]) -> Happening:
    what = dict(row.what)
    if row.secret is not None:
        what["text"] = decrypt(row.secret, "note.text")
    return Happening(at=row.at, kind=row.kind, ref=row.ref, actor=row.actor, what=what)
