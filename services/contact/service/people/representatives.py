"""Who speaks for a person about one debt. While an attorney does, the guard leaves the person alone (US-08)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import PageQuery
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import RepresentativeHasEnded, RepresentativeUnknown
from services.contact.models import Representative
from services.contact.repository import cases, people
from services.contact.schemas.representatives import (
    AddRepresentative,
    Letter,
    RepresentativeKept,
    RepresentativeKind,
    Representatives,
    RepresentativeShown,
)
from services.contact.service.paging import place_of
from services.contact.service.people.whom import (
    READERS,
    WRITERS,
    named_by,
    not_ahead,
    open_case_of,
    person_of,
    stand_still,
)

# UK-04: while an adviser helps to form a plan, pursuit is suspended; holds are intake's.
_HOLDS = {RepresentativeKind.ADVISER: "DEBT_ADVICE"}


class RepresentativeRegister:
    """Takes down who speaks for whom, and what was written to them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, caller: Caller, case_id: UUID, body: AddRepresentative) -> Answer:
        """Keep a representative. InvalidInput, CaseUnknown, CaseIsClosed, PartyUnknown, Forbidden."""
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            case, person_id = await open_case_of(uow.session, case_id, body.party_id)
            not_ahead(body.asked_on, local_day(uow.now(), case.time_zones[0]), "#/asked_on")
            await stand_still(uow, person_id)
            row = Representative(
                representative_id=business_uuid("representative", str(case_id), str(person_id), named_by(uow)),
                borrower_id=person_id,
                case_id=case_id,
                kind=body.kind.value,
                name=body.name,
                address=body.address,
                asked_on=body.asked_on,
                agrees_to_contact=body.agrees_to_contact,
                since=uow.now(),
                recorded_by=uow.caller.person,
                version=1,
            )
            await people.put_representative(uow.session, row.model_dump())
            detail = {"kind": row.kind, "source": body.source}
            await uow.audit(
                "representative.added", f"representative/{row.representative_id}", case_id=case_id, detail=detail
            )
            return uow.answer(_kept(row), status=201, etag=1)

    async def of_case(self, caller: Caller, case_id: UUID, asked: PageQuery) -> Representatives:
        """A page of all who speak or spoke for somebody about a case; the reading is recorded.

        CaseUnknown, Forbidden.
        """
        caller.require_any(READERS)
        async with self._database.write(caller) as uow:
            await person_of(uow.session, case_id, None)
            found = await people.representatives_of(uow.session, case_id, place_of(asked), asked.limit + 1)
            await uow.audit("representatives.read", f"case/{case_id}", case_id=case_id)
            page = asked.page(found, lambda one: (one.since, one.representative_id), shown_of)
            return Representatives(items=page.items, next=page.next)

    async def letter(self, caller: Caller, representative_id: UUID, body: Letter) -> Answer:
        """Keep that a letter went to a representative, who then has time to answer, or that one came.

        InvalidInput, RepresentativeUnknown, RepresentativeHasEnded, PreconditionRequired, StaleVersion, Forbidden.
        """
        if body.direction == "to" and body.agrees_to_contact is not None:
            raise InvalidInput(
                "a letter of ours agrees to nothing",
                fields=[("#/agrees_to_contact", "belongs to a letter from the representative")],
            )

        def write(one: Representative, today: date) -> None:
            not_ahead(body.on, today, "#/on")
            one.asked_on = body.on if body.direction == "to" else None
            one.agrees_to_contact = one.agrees_to_contact if body.agrees_to_contact is None else body.agrees_to_contact

        return await self._change(caller, representative_id, f"representative.letter_{body.direction}", write)

    async def end(self, caller: Caller, representative_id: UUID) -> Answer:
        """Keep that somebody does not speak for the person any more. The errors of `letter`."""
        return await self._change(caller, representative_id, "representative.ended", None)

    async def _change(
        self, caller: Caller, representative_id: UUID, action: str, write: Callable[[Representative, date], None] | None
    ) -> Answer:
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            found = await self._locked(uow, representative_id)
            case = await cases.find_case(uow.session, found.case_id)
            if case is None:
                raise RepresentativeUnknown("there is no representative of this id")
            await stand_still(uow, found.borrower_id)
            before = found.model_dump()
            if write is None:
                found.ended_at = uow.now()
            else:
                write(found, local_day(uow.now(), case.time_zones[0]))
            found.version += 1
            subject = f"representative/{representative_id}"
            await uow.audit(action, subject, case_id=found.case_id, before=before, after=found.model_dump())
            return uow.answer(_kept(found), etag=found.version)

    async def _locked(self, uow: UnitOfWork, representative_id: UUID) -> Representative:
        found = await people.lock_representative(uow.session, representative_id)
        if found is None:
            raise RepresentativeUnknown("there is no representative of this id")
        uow.caller.require_version(found.version)
        if found.ended_at is not None:
            raise RepresentativeHasEnded("this one does not speak for the person any more")
        return found


def _kept(one: Representative) -> RepresentativeKept:
    values = one.model_dump(include=set(RepresentativeKept.model_fields))
    kind = RepresentativeKind(one.kind)
    hold = _HOLDS.get(kind) if one.ended_at is None else None
    return RepresentativeKept(**values, person_id=one.borrower_id, hold_to_place=hold)


def shown_of(one: Representative) -> RepresentativeShown:
    """A representative with name and address."""
    return RepresentativeShown(**_kept(one).model_dump(), name=one.name, address=one.address)
