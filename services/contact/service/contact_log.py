"""The borrower's copy: who said what and when, what was promised and whether it was kept. Reading it is recorded."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.pagination import PageQuery
from services.contact.log_words import MADE, Telling, answered_by_somebody, spoken
from services.contact.models import ContactCase
from services.contact.repository import contact_log
from services.contact.repository.contact_log import Happening
from services.contact.schemas.contact_log import ContactLog, LogEntry
from services.contact.service.people.whom import person_of
from services.contact.texts import Language, Voice

READERS = frozenset({"agent", "senior_agent", "supervisor", "manager", "compliance", "system"})
READ, COPIED = "contact_log.read", "contact_log.copied"


@dataclass(frozen=True, slots=True)
class Copy:
    """All of a log, as it stood at a moment, with how it is told."""

    case_id: UUID
    entries: tuple[LogEntry, ...]
    telling: Telling
    made_at: datetime


class Printer(Protocol):
    """Makes a document of a copy."""

    async def pdf(self, copy: Copy) -> bytes:
        """The copy as PDF."""


class ContactLogs:
    """The log of a case for its borrower, or for another party who is named: nothing of other persons, and no name of
    an employee."""

    def __init__(self, database: Database, voice: Voice, printer: Printer) -> None:
        self._database = database
        self._voice = voice
        self._printer = printer

    async def page(
        self, caller: Caller, case_id: UUID, asked: PageQuery, language: Language | None, party_id: UUID | None = None
    ) -> ContactLog:
        """A page in order of time. CaseUnknown, PartyUnknown, Forbidden."""
        after = None
        if asked.after is not None:
            at, kind, ref = asked.after
            assert isinstance(at, datetime) and isinstance(kind, str) and isinstance(ref, UUID)
            after = (at, kind, ref)
        caller.require_any(READERS)
        async with self._database.write(caller) as uow:
            case, person_id = await person_of(uow.session, case_id, party_id)
            rows = await contact_log.happenings(uow.session, case_id, person_id, MADE, after, limit=asked.limit + 1)
            await uow.audit(READ, f"borrower/{person_id}", case_id=case_id)
        telling = self._telling(case, language)
        page = asked.page(rows, lambda row: (row.at, row.kind, row.ref), partial(entry, telling))
        return ContactLog(
            items=page.items,
            next=page.next,
            case_id=case_id,
            institution=self._voice.institution,
            zone=telling.zone,
            language=telling.language,
        )

    async def copy(
        self, caller: Caller, case_id: UUID, language: Language | None, party_id: UUID | None = None
    ) -> Copy:
        """All of it. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.write(caller) as uow:
            case, person_id = await person_of(uow.session, case_id, party_id)
            rows = await contact_log.happenings(uow.session, case_id, person_id, MADE, None, limit=None)
            await uow.audit(COPIED, f"borrower/{person_id}", case_id=case_id, detail={"entries": len(rows)})
            telling = self._telling(case, language)
            return Copy(case_id, tuple(entry(telling, row) for row in rows), telling, uow.now())

    async def pdf(
        self, caller: Caller, case_id: UUID, language: Language | None, party_id: UUID | None = None
    ) -> bytes:
        """All of it as a document. CaseUnknown, PartyUnknown, Forbidden."""
        return await self._printer.pdf(await self.copy(caller, case_id, language, party_id))

    def _telling(self, case: ContactCase, language: Language | None) -> Telling:
        return Telling(language or ("zh" if case.language == "zh" else "en"), case.time_zones[0], self._voice)


def entry(telling: Telling, row: Happening) -> LogEntry:
    """How a line is shown. The record of a conversation is shown only if it was the borrower who spoke."""
    mine = row.kind != "conversation" or spoken(row)
    return LogEntry(
        at=row.at,
        local=telling.local(row.at),
        kind=row.kind if mine else "attempt",  # type: ignore[arg-type]  # the statement has no other kinds
        ref=row.ref,
        side="institution" if row.ours else "borrower",
        by=telling.by(row),
        channel=row.channel,
        ending=None if answered_by_somebody(row) else row.ending,
        what=telling.what(row),
        words=row.words if mine else None,
        read_back_confirmed=row.confirmed if mine else None,
        blocks=list(row.blocks),
        until=row.ends_at,
        due_on=row.due_on,
        state=row.state if row.kind in ("message", "commitment") else None,
        settled_at=row.settled_at,
    )
