"""Numbers and addresses of a person: told, checked, barred. They are shown by their endings only."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Literal
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.errors import NumberIsBarred, NumberUnknown, ThirdPartyRefused
from services.contact.models import ContactCase, Number
from services.contact.policies import Policies
from services.contact.repository import cases, numbers, people
from services.contact.schemas.numbers import AddNumber, BarNumber, CheckNumber, NumberKept, NumbersKept
from services.contact.service.people.learning import Numbers
from services.contact.service.people.number_rows import Found
from services.contact.service.people.sources import Sources
from services.contact.service.people.whereabouts import widen
from services.contact.service.people.whom import READERS, WRITERS, not_ahead, open_case_of, person_of, stand_still

Why = Literal["wrong_number", "undeliverable", "withdrawn"]
OPTED_OUT = "opted_out"
Write = Callable[[UnitOfWork, Number, ContactCase, date], Awaitable[None]]


class NumberRegister:
    """What is known of the numbers of a person. The guard reads the same rows."""

    def __init__(self, database: Database, policies: Policies, known: Numbers) -> None:
        self._database = database
        self._sources = Sources(policies)
        self._numbers = known

    async def of_case(self, caller: Caller, case_id: UUID, party_id: UUID | None) -> NumbersKept:
        """All numbers and addresses of a person, barred ones too. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            case, person_id = await person_of(session, case_id, party_id)
            found = await cases.numbers_of(session, person_id)
        today = local_day(self._database.clock.now(), case.time_zones[0])
        return NumbersKept(items=[self.shown(case, today, one) for one in found])

    async def add(self, caller: Caller, case_id: UUID, body: AddNumber) -> Answer:
        """Keep a number that the person told, in each of its channels; one that is known is confirmed by it.

        One that was wrong or withdrawn may be used again when its owner gives it. NumberIsBarred when the owner opted
        out of it, ThirdPartyRefused when somebody there refused; InvalidInput, CaseUnknown, CaseIsClosed, PartyUnknown,
        Forbidden.
        """
        caller.require_any(WRITERS)
        value = self._numbers.parsed(body.kind, body.value, "#/value")
        async with self._database.write(caller) as uow:
            case, person_id = await open_case_of(uow.session, case_id, body.party_id)
            today = local_day(uow.now(), case.time_zones[0])
            not_ahead(body.notice_on, today, "#/notice_on")
            # Cases before decisions, as everybody locks them: where the person may be changes in them.
            await cases.lock_open_cases(uow.session, [person_id])
            await stand_still(uow, person_id)
            found = Found(
                kind=body.kind,
                value=value,
                digest=self._numbers.digest(value),
                provenance=body.provenance,
                place=body.place,
                confirmed_on=today if self._sources.agreed(body.provenance, today) else None,
                handed_over=body.handed_over,
                notice_on=body.notice_on,
            )
            if await people.refused_at(uow.session, found.digest) is not None:
                raise ThirdPartyRefused("at this number somebody refused, and that is for good")
            new, kept = False, []
            for row in found.rows(person_id, uow.now()):
                new |= await numbers.add_number(uow.session, row)
                kept.append(await self._told(uow, row["number_id"], found))
            await widen(uow, person_id)
            detail = {"kind": body.kind, "provenance": body.provenance, "numbers": [str(n.number_id) for n in kept]}
            await uow.audit("number.told", f"person/{person_id}", case_id=case_id, detail=detail)
            shown = NumbersKept(items=[self.shown(case, today, one) for one in kept])
            return uow.answer(shown, status=201 if new else 200)

    async def _told(self, uow: UnitOfWork, number_id: UUID, found: Found) -> Number:
        number = await _locked(uow, number_id)
        if number.barred_for == OPTED_OUT:
            raise NumberIsBarred("the person opted out of this number", barred_for=OPTED_OUT)
        before = number.model_dump()
        if found.confirmed_on is not None:
            number.confirmed_on = found.confirmed_on
            number.provenance = found.provenance
            number.barred_at = number.barred_for = None
        elif number.barred_for is not None:
            raise NumberIsBarred("only its owner can say that it may be used again", barred_for=number.barred_for)
        number.place = found.place or number.place
        number.notice_on = found.notice_on or number.notice_on
        number.version += number.model_dump() != before
        return number

    async def check(self, caller: Caller, number_id: UUID, body: CheckNumber) -> Answer:
        """Keep that a number was checked; one that was given to somebody else is barred in every channel (US-13).

        NumberIsBarred, NumberUnknown, InvalidInput, PreconditionRequired, StaleVersion, Forbidden.
        """

        async def write(uow: UnitOfWork, number: Number, case: ContactCase, today: date) -> None:
            not_ahead(body.on, today, "#/on")
            if body.result == "reassigned":
                await bar_here(uow, case.case_id, number, "wrong_number")
                return
            if number.barred_for is not None:
                raise NumberIsBarred("a barred number is not confirmed by a check", barred_for=number.barred_for)
            day = body.on or today
            number.confirmed_on = max(number.confirmed_on or day, day)
            number.version += 1
            await uow.audit("number.checked", f"number/{number.number_id}", case_id=case.case_id)

        return await self._change(caller, number_id, write, versioned=True)

    async def bar(self, caller: Caller, number_id: UUID, body: BarNumber) -> Answer:
        """Do not use a number for this person any more; a wrong number in no channel (US-07).

        Again is the same. It needs no If-Match: leaving somebody alone is right whatever else changed. NumberUnknown,
        Forbidden.
        """

        async def write(uow: UnitOfWork, number: Number, case: ContactCase, today: date) -> None:
            await bar_here(uow, case.case_id, number, body.why)

        return await self._change(caller, number_id, write, versioned=False)

    async def _change(self, caller: Caller, number_id: UUID, write: Write, *, versioned: bool) -> Answer:
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            known = await numbers.find(uow.session, number_id)
            if known is None:
                raise NumberUnknown("there is no number of this id")
            # Decisions before numbers, as whoever adds one locks them.
            await stand_still(uow, known.borrower_id)
            number = await _locked(uow, number_id)
            if versioned or caller.if_match is not None:
                caller.require_version(number.version)
            case = await people.case_of(uow.session, number.borrower_id)
            if case is None:
                raise NumberUnknown("nobody has this number in a case known here")
            today = local_day(uow.now(), case.time_zones[0])
            await write(uow, number, case, today)
            return uow.answer(self.shown(case, today, number), etag=number.version)

    def shown(self, case: ContactCase, today: date, number: Number) -> NumberKept:
        """A number by its last signs, and whether it may be used as far as it alone decides."""
        lawful = self._sources.lawful(case, today, Channel(number.channel))(number.provenance)
        values = number.model_dump(include=set(NumberKept.model_fields))
        usable = lawful and number.barred_at is None
        return NumberKept(**values, person_id=number.borrower_id, ending=number.value[-4:], usable=usable)


async def bar_here(uow: UnitOfWork, case_id: UUID, number: Number, why: Why) -> None:
    """Bar a locked number for its person in somebody else's transaction: a wrong one in every channel."""
    await uow.session.flush()
    channels = list(Channel) if why == "wrong_number" else [number.channel]
    if await numbers.bar(uow.session, number.borrower_id, number.digest, channels, why, uow.now()):
        await uow.audit("number.barred", f"number/{number.number_id}", case_id=case_id, detail={"why": why})
    await uow.session.refresh(number)


async def _locked(uow: UnitOfWork, number_id: UUID) -> Number:
    number = await numbers.lock_number_of(uow.session, number_id)
    if number is None:
        raise NumberUnknown("there is no number of this id")
    return number
