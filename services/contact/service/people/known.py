"""What we know about a person: read to them, then confirmed or corrected field by field (practice 004-02)."""

from collections.abc import Iterable
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.models import ContactCase, Number, Representative
from services.contact.repository import cases, numbers, people
from services.contact.schemas.known import Confirmed, ConfirmKnown, FactShown, Known
from services.contact.service.people.consents import ConsentRegister
from services.contact.service.people.numbers import NumberRegister
from services.contact.service.people.preferences import FIELDS, shown_of
from services.contact.service.people.representatives import shown_of as representative_shown
from services.contact.service.people.whom import READERS, WRITERS, open_case_of, person_of, stand_still


class KnownRegister:
    """Gathers the registers of a person, and keeps what the person said of them."""

    def __init__(self, database: Database, numbers_: NumberRegister, consents: ConsentRegister) -> None:
        self._database = database
        self._numbers = numbers_
        self._consents = consents

    async def read(self, caller: Caller, case_id: UUID, party_id: UUID | None) -> Known:
        """All of it; the reading is recorded. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.write(caller) as uow:
            session = uow.session
            case, person_id = await person_of(session, case_id, party_id)
            today = local_day(uow.now(), case.time_zones[0])
            known = await cases.numbers_of(session, person_id)
            speaking = await _speaking(uow, case, person_id)
            said = await people.facts_of(session, person_id)
            await uow.audit("known.read", f"person/{person_id}", case_id=case_id)
            return Known(
                person_id=person_id,
                preferences=shown_of(person_id, await people.find_person(session, person_id)),
                numbers=[self._numbers.shown(case, today, one) for one in known],
                consents=await self._consents.of_person(session, person_id),
                representatives=[representative_shown(one) for one in speaking],
                said=[FactShown.model_validate(one.model_dump(include=set(FactShown.model_fields))) for one in said],
                fields=[*FIELDS, *_named(known, speaking)],
            )

    async def confirm(self, caller: Caller, case_id: UUID, body: ConfirmKnown) -> Answer:
        """Keep which fields the person confirmed; a number that is theirs is fresh from that day on (US-13).

        What was wrong is changed first, where its old value is kept, and is only named here. InvalidInput names what is
        no field, is not in use, or was not changed; CaseUnknown, CaseIsClosed, PartyUnknown, Forbidden.
        """
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            case, person_id = await open_case_of(uow.session, case_id, body.party_id)
            await stand_still(uow, person_id)
            known = await cases.numbers_of(uow.session, person_id)
            speaking = await _speaking(uow, case, person_id)
            said = await people.facts_of(uow.session, person_id)
            gone = {f"number/{one.number_id}" for one in known if one.barred_at is not None}
            gone |= {f"representative/{one.representative_id}" for one in speaking if one.ended_at is not None}
            changed = gone | {one.field for one in said if one.kind == "changed"}
            _check(body, {*FIELDS, *_named(known, speaking)}, gone, changed)
            confirmed = sorted(set(body.confirmed))
            if confirmed:
                await people.put_facts(uow.session, [_fact(uow, case, person_id, name, body) for name in confirmed])
            today = local_day(uow.now(), case.time_zones[0])
            for one in known:
                if f"number/{one.number_id}" in confirmed:
                    await numbers.used(uow.session, person_id, one.digest, today)
            corrected = sorted(set(body.corrected))
            await uow.audit(
                "known.confirmed",
                f"person/{person_id}",
                case_id=case_id,
                detail={"confirmed": confirmed, "corrected": corrected, "source": body.source},
            )
            kept = Confirmed(person_id=person_id, confirmed=confirmed, corrected=corrected, at=uow.now())
            return uow.answer(kept, status=201)


async def _speaking(uow: UnitOfWork, case: ContactCase, person_id: UUID) -> list[Representative]:
    found = await people.representatives_of(uow.session, case.case_id)
    return [one for one in found if one.borrower_id == person_id]


def _named(known: Iterable[Number], speaking: Iterable[Representative]) -> list[str]:
    """The names by which numbers and representatives are confirmed."""
    names = [f"number/{one.number_id}" for one in known]
    return names + [f"representative/{one.representative_id}" for one in speaking]


def _check(body: ConfirmKnown, fields: set[str], gone: set[str], changed: set[str]) -> None:
    wrong = []
    for at, name in enumerate(body.confirmed):
        if name not in fields:
            wrong.append((f"#/confirmed/{at}", "is not one of the fields that are known"))
        elif name in gone:
            wrong.append((f"#/confirmed/{at}", "is not used any more"))
    for at, name in enumerate(body.corrected):
        if name not in fields:
            wrong.append((f"#/corrected/{at}", "is not one of the fields that are known"))
        elif name not in changed:
            wrong.append((f"#/corrected/{at}", "was not changed yet"))
    if wrong:
        raise InvalidInput("this does not fit what is known", fields=wrong)


def _fact(uow: UnitOfWork, case: ContactCase, person_id: UUID, name: str, body: ConfirmKnown) -> dict[str, object]:
    return {
        "borrower_id": person_id,
        "case_id": case.case_id,
        "field": name,
        "kind": "confirmed",
        "old": None,
        "source": body.source,
        "at": uow.now(),
        "recorded_by": uow.caller.person,
    }
