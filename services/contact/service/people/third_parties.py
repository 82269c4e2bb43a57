"""Third parties of a case: kept with where their number came from, and left alone for good when they ask for it."""

from collections.abc import Callable
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import PageQuery
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.errors import ThirdPartyRefused, ThirdPartyUnknown
from services.contact.models import ContactCase, ThirdParty
from services.contact.policies import Policies
from services.contact.repository import cases, people, permits
from services.contact.schemas.third_parties import AddThirdParty, ThirdParties, ThirdPartyShown, Unusable
from services.contact.service.paging import place_of
from services.contact.service.people.learning import Numbers
from services.contact.service.people.sources import Sources
from services.contact.service.people.whom import READERS, WRITERS, open_case_of, person_of


class ThirdPartyRegister:
    """Takes down who else a case has. Their data are kept encrypted and shown by the end of the number only."""

    def __init__(self, database: Database, policies: Policies, numbers: Numbers) -> None:
        self._database = database
        self._sources = Sources(policies)
        self._numbers = numbers

    async def add(self, caller: Caller, case_id: UUID, body: AddThirdParty) -> Answer:
        """Keep a third party of a case, once for each number.

        One whose number came from no lawful source, or at whose number somebody refused in any case, is kept as not to
        be used. InvalidInput for a number that is none; CaseUnknown, CaseIsClosed, Forbidden.
        """
        caller.require_any(WRITERS)
        value = self._numbers.parsed("phone", body.number, "#/number")
        digest = self._numbers.digest(value)
        async with self._database.write(caller) as uow:
            case, _ = await open_case_of(uow.session, case_id, None)
            await permits.lock_number(uow.session, digest)
            third_party_id = business_uuid("third_party", str(case_id), digest)
            if (known := await people.lock_third_party(uow.session, third_party_id)) is not None:
                return uow.answer(self._shown(uow, case, known), etag=known.version)
            added = ThirdParty(
                third_party_id=third_party_id,
                case_id=case_id,
                borrower_id=case.borrower_id,
                role=body.role,
                name=body.name,
                number=value,
                digest=digest,
                provenance=body.provenance,
                added_at=uow.now(),
                added_by=uow.caller.person,
                refused_at=await people.refused_at(uow.session, digest),
                volunteers=False,
                version=1,
            )
            await people.put_third_party(uow.session, added.model_dump())
            shown = self._shown(uow, case, added)
            await uow.audit(
                "third_party.added",
                f"third_party/{third_party_id}",
                case_id=case_id,
                detail={"role": body.role, "provenance": body.provenance, "unusable_for": shown.unusable_for},
            )
            return uow.answer(shown, status=201, etag=1)

    async def of_case(self, caller: Caller, case_id: UUID, asked: PageQuery) -> ThirdParties:
        """A page of the third parties of a case. CaseUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            case, _ = await person_of(session, case_id, None)
            found = await people.third_parties_of(session, case_id, place_of(asked), asked.limit + 1)
        lawful = self._sources.lawful(case, local_day(self._database.clock.now(), case.time_zones[0]), Channel.VOICE)
        page = asked.page(
            found, lambda one: (one.added_at, one.third_party_id), lambda one: _shown(one, lawful(one.provenance))
        )
        return ThirdParties(items=page.items, next=page.next)

    async def refuse(self, caller: Caller, third_party_id: UUID) -> Answer:
        """Somebody at this number does not want to be contacted: for good, in every case, an ended one too.

        The same again is the same. It needs no If-Match: a refusal is right whatever else changed. ThirdPartyUnknown,
        Forbidden.
        """

        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            known = await people.find_third_party(uow.session, third_party_id)
            if known is None:
                raise ThirdPartyUnknown("there is no third party of this id")
            await refuse_here(uow, known.digest, known.case_id)
            one, case = await self._found(uow, third_party_id)
            return uow.answer(self._shown(uow, case, one), etag=one.version)

    async def invite(self, caller: Caller, third_party_id: UUID) -> Answer:
        """The person asked to be contacted again (US-16). ThirdPartyRefused for one who refused before.

        ThirdPartyUnknown, PreconditionRequired, StaleVersion, Forbidden.
        """

        def invited(uow: UnitOfWork, one: ThirdParty) -> None:
            one.invited_at = uow.now()

        return await self._change(caller, third_party_id, "third_party.invited", invited)

    async def volunteer(self, caller: Caller, third_party_id: UUID) -> Answer:
        """The person offers to pay for the borrower (CN-06). The errors of `invite`."""

        def volunteers(uow: UnitOfWork, one: ThirdParty) -> None:
            one.volunteers = True

        return await self._change(caller, third_party_id, "third_party.volunteered", volunteers)

    async def _change(
        self, caller: Caller, third_party_id: UUID, action: str, write: Callable[[UnitOfWork, ThirdParty], None]
    ) -> Answer:
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            one, case = await self._found(uow, third_party_id)
            caller.require_version(one.version)
            if one.refused_at is not None:
                raise ThirdPartyRefused("at this number somebody refused, and that is for good")
            write(uow, one)
            one.version += 1
            await uow.audit(action, f"third_party/{third_party_id}", case_id=one.case_id)
            return uow.answer(self._shown(uow, case, one), etag=one.version)

    async def _found(self, uow: UnitOfWork, third_party_id: UUID) -> tuple[ThirdParty, ContactCase]:
        one = await people.lock_third_party(uow.session, third_party_id)
        case = None if one is None else await cases.find_case(uow.session, one.case_id)
        if one is None or case is None:
            raise ThirdPartyUnknown("there is no third party of this id")
        return one, case

    def _shown(self, uow: UnitOfWork, case: ContactCase, one: ThirdParty) -> ThirdPartyShown:
        lawful = self._sources.lawful(case, local_day(uow.now(), case.time_zones[0]), Channel.VOICE)
        return _shown(one, lawful(one.provenance))


async def refuse_here(uow: UnitOfWork, digest: str, case_id: UUID) -> int:
    """Leave everybody at a number alone for good, in somebody else's transaction; on how many cases it was known.

    The number is locked before the third parties who have it, by everybody: they may be those of several cases.
    """
    await permits.lock_number(uow.session, digest)
    count = await people.refuse_number(uow.session, digest, uow.now())
    if count:
        await uow.audit("third_party.refused", f"case/{case_id}", case_id=case_id, detail={"cases": count})
    return count


def _shown(one: ThirdParty, lawful: bool) -> ThirdPartyShown:
    why: Unusable | None = "refused" if one.refused_at is not None else None if lawful else "unlawful_source"
    values = one.model_dump(include=set(ThirdPartyShown.model_fields))
    return ThirdPartyShown(**values, ending=one.number[-4:], usable=why is None, unusable_for=why)
