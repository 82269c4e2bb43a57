"""Vulnerability flags: recorded with consent, renewed or ended by people; only what they ask for is told to others."""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.flags import FlagKind, FlagTerms, may_be_recorded
from services.intake.errors import CaseIsClosed, CaseUnknown, ConsentNeeded, FlagHasEnded, FlagInForce, FlagUnknown
from services.intake.models import VulnerabilityFlag
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, flags
from services.intake.schemas import EndFlag, Flags, HoldEnd, RecordFlag, RenewFlag
from services.intake.service.casework import STAFF
from services.intake.service.holds import placing
from services.intake.service.holds.holding import lifters
from services.intake.service.holds.terms import HoldTerms
from services.intake.service.people import flag_reviews
from services.intake.service.people.care import care_of, in_force, tell_care
from services.intake.service.people.persons import person_of
from services.intake.service.reading import HOLD_READERS
from services.intake.service.showing import flag_shown, flag_standing

REVIEWERS = frozenset({"senior_agent", "supervisor", "manager", "compliance"})


class VulnerabilityFlags:
    """Flags of a person over all cases. The person is locked, so care and holds follow one flag after another."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def record(self, caller: Caller, case_id: UUID, body: RecordFlag) -> Answer:
        """Record a flag, place the hold it needs, and tell what care it asks for.

        ConsentNeeded, FlagInForce, PartyUnknown, CaseUnknown, CaseIsClosed, InvalidInput.
        """
        caller.require_any(STAFF | {"compliance"})
        async with self._database.write(caller) as uow:
            borrower_id = await person_of(uow.session, caller, case_id, body.party_id)
            zone = await borrowers.lock(uow.session, borrower_id)
            case = await cases.lock(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            if case.closed_at is not None:
                raise CaseIsClosed
            now = uow.now()
            terms = self._policies.flags(now).kinds[body.kind]
            _consented(terms, body, now)
            there = await flags.of_person(uow.session, borrower_id)
            if any(flag.kind == body.kind and in_force(flag, self._policies, now) for flag in there):
                raise FlagInForce("renew the flag there is, or end it")
            flag = VulnerabilityFlag(
                flag_id=business_uuid("flag", str(borrower_id), str(len(there) + 1)),
                borrower_id=borrower_id,
                case_id=case_id,
                number=len(there) + 1,
                kind=body.kind.value,
                note=body.note,
                reference=body.reference,
                source=body.source,
                sensitivity=terms.sensitivity,
                consent_by=body.consent.given_by if body.consent else None,
                consent_at=(body.consent.at or now) if body.consent else None,
                recorded_at=now,
                recorded_by=caller.person,
                review_on=self._review_on(uow, terms, body.review_on),
                renewals=0,
                version=1,
            )
            uow.session.add(flag)
            await uow.session.flush()
            if terms.hold is not None:
                wanted = HoldTerms(self._policies, zone).wanted(terms.hold, now, HoldEnd())
                await placing.put(uow, case_id, borrower_id, wanted.of_flag(flag.flag_id))
            await tell_care(uow, case_id, borrower_id, self._policies)
            await flag_reviews.begin(uow, flag, self._policies)
            await uow.audit(
                "flag.recorded", f"flag/{flag.flag_id}", case_id=case_id, detail={"consent": body.consent is not None}
            )
            return uow.answer(flag_standing(flag), status=201, etag=1)

    async def of_case(self, caller: Caller, case_id: UUID, party_id: UUID | None) -> Flags:
        """All flags of a person of a case; who read them is recorded. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(HOLD_READERS)
        async with self._database.write(caller) as uow:
            borrower_id = await person_of(uow.session, caller, case_id, party_id)
            found = await flags.of_person(uow.session, borrower_id)
            await uow.audit("flags.read", f"borrower/{borrower_id}", case_id=case_id)
            care = care_of(found, self._policies, uow.now())
            return Flags(care=[one.value for one in care], items=[flag_shown(flag) for flag in found])

    async def renew(self, caller: Caller, flag_id: UUID, body: RenewFlag) -> Answer:
        """The circumstance goes on: a new review date, and a longer hold where the law extends one. Needs If-Match."""
        caller.require_any(REVIEWERS)
        async with self._database.write(caller) as uow:
            flag = await self._in_force(uow, flag_id)
            now = uow.now()
            before = {"review_on": flag.review_on}
            await flag_reviews.settle(uow, flag, "renewed")
            terms = self._policies.flags(now).kinds[FlagKind(flag.kind)]
            flag.review_on = self._review_on(uow, terms, body.review_on)
            flag.renewals += 1
            flag.version += 1
            await self._extend(uow, flag)
            await tell_care(uow, flag.case_id, flag.borrower_id, self._policies)
            await flag_reviews.wait(uow, flag, self._policies)
            await uow.audit(
                "flag.renewed",
                f"flag/{flag_id}",
                case_id=flag.case_id,
                before=before,
                after={"review_on": flag.review_on},
            )
            return uow.answer(flag_standing(flag), etag=flag.version)

    async def end(self, caller: Caller, flag_id: UUID, body: EndFlag) -> Answer:
        """End a flag and lift the holds that were placed for it. Needs If-Match.

        Forbidden for who may not lift such a hold. A consent that is withdrawn takes the note with it.
        """
        caller.require_any(REVIEWERS)
        async with self._database.write(caller) as uow:
            flag = await self._in_force(uow, flag_id)
            now = uow.now()
            for hold in await flags.holds_of(uow.session, flag_id):
                if not placing.is_over(hold, now):
                    caller.require_any(lifters(self._policies, hold.kind, uow))
                    await placing.lift(uow, hold)
            await flag_reviews.settle(uow, flag, "ended")
            flag.ended_at, flag.ended_by, flag.end_reason = now, caller.person, body.reason
            if body.reason == "consent_withdrawn":
                flag.note = None
            flag.version += 1
            await tell_care(uow, flag.case_id, flag.borrower_id, self._policies)
            await uow.audit("flag.ended", f"flag/{flag_id}", case_id=flag.case_id, detail={"reason": body.reason})
            return uow.answer(flag_standing(flag), etag=flag.version)

    async def _in_force(self, uow: UnitOfWork, flag_id: UUID) -> VulnerabilityFlag:
        """A locked flag of a locked person. FlagUnknown, StaleVersion, FlagHasEnded."""
        borrower_id = await flags.owner(uow.session, flag_id)
        if borrower_id is None:
            raise FlagUnknown
        await borrowers.lock(uow.session, borrower_id)
        flag = await flags.lock(uow.session, flag_id)
        assert flag is not None, "flags are not deleted"
        if await cases.get(uow.session, flag.case_id, uow.caller) is None:
            raise FlagUnknown
        uow.caller.require_version(flag.version)
        if flag.ended_at is not None:
            raise FlagHasEnded
        return flag

    async def _extend(self, uow: UnitOfWork, flag: VulnerabilityFlag) -> None:
        borrower = await borrowers.get(uow.session, flag.borrower_id)
        assert borrower is not None, "a foreign key holds it"
        terms, now = HoldTerms(self._policies, borrower.time_zone), uow.now()
        for hold in await flags.holds_of(uow.session, flag.flag_id):
            longer = None if hold.ends_at is None else terms.extended(hold.kind, hold.ends_at, now)
            if longer is not None and hold.lifted_at is None:
                await placing.move_end(uow, hold, longer)

    def _review_on(self, uow: UnitOfWork, terms: FlagTerms, said: date | None) -> date:
        today = self._policies.cases(uow.now()).today(uow.now())
        latest = today + timedelta(days=terms.review_days)
        if said is not None and not today < said <= latest:
            raise InvalidInput(
                "no such review date", fields=[("#/review_on", f"is a day after today, up to {latest.isoformat()}")]
            )
        return said or latest


def _consented(terms: FlagTerms, body: RecordFlag, now: datetime) -> None:
    """ConsentNeeded when this may not be recorded; without consent there are no words either. InvalidInput for one that
    was given in the future.
    """
    if body.consent is not None and body.consent.at is not None and body.consent.at > now:
        raise InvalidInput("nobody has agreed yet", fields=[("#/consent/at", "must not be in the future")])
    if not may_be_recorded(terms, body.consent is not None):
        raise ConsentNeeded("ask the person whether it may be recorded", fields=[("#/consent", "is needed")])
    if body.note is not None and body.consent is None:
        raise ConsentNeeded("a note needs consent", fields=[("#/note", "is kept with consent only")])
