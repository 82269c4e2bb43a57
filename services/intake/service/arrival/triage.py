"""Triage: the facts are made whole, then the pack and the treatment of a case are chosen."""

from functools import partial
from typing import Literal
from uuid import UUID

from services.common.banking.port import CoreBanking
from services.common.contracts.events.cases import CaseTriaged
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.flags import Care
from services.intake.domain.triage import TriageFacts, triage
from services.intake.errors import CaseUnknown
from services.intake.models import Borrower, CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases
from services.intake.service.arrival.facts import Profile, borrower_values
from services.intake.service.arrival.figures import CORE, take
from services.intake.service.holds import interest_stops, relief_plans
from services.intake.service.people import flag_reviews
from services.intake.service.people.care import care_now
from services.intake.service.requests import arrears_notices
from services.intake.service.states.moving import CaseStates
from services.intake.workflows.messages import Learned, Triaged


class TriageOfCases:
    """What the workflow does first. Each method is one transaction and may be repeated."""

    def __init__(self, database: Database, policies: Policies, states: CaseStates, core: CoreBanking) -> None:
        self._database = database
        self._policies = policies
        self._states = states
        self._core = core

    async def triage(self, case_id: UUID, as_is: bool) -> Triaged:
        """Set pack and treatment. Without them when the profile is missing or the facts are old, unless `as_is`.

        PackUnknown when the case names a pack that is not installed.
        """
        async with self._database.write(self._caller(case_id)) as uow:
            case = await _locked(uow, case_id)
            if case.state == CaseState.OPENED:
                chosen = await self._choose(uow, case, as_is)
                if chosen is not None:
                    return chosen
            then = self._then(case)
            return Triaged(then=then, round=case.round, prepare=then == "rounds")

    async def learn(self, case_id: UUID) -> Learned:
        """Read borrower and account in the core and write them down. CoreAccountUnknown, CoreUnavailable."""
        async with self._database.read() as session:
            case = await cases.get(session, case_id, self._caller(case_id))
            borrower = None if case is None else await borrowers.get(session, case.borrower_id)
        if case is None or borrower is None:
            raise CaseUnknown
        client = await self._core.get_client(borrower.borrower_ref)
        account = await self._core.get_account(case.account_ref)
        async with self._database.write(self._caller(case_id)) as uow:
            policy = self._policies.cases(uow.now())
            profile = Profile(
                borrower_ref=client.borrower_ref,
                name=client.name,
                phone=client.phone,
                language=client.language,
                time_zone=client.time_zone,
                email=client.email,
                postal_address=client.postal_address,
            )
            await borrowers.merge(uow.session, borrower_values(profile, case.borrower_id, CORE, account.as_of, policy))
            locked = await _locked(uow, case_id)
            locked.language = (await _borrower(uow, locked)).language
            facts = take(locked, account, self._policies)
            locked.version += 1
            await cases.write(uow.session, locked, "version", "language", *facts)
            await uow.audit("case.learned_from_core", f"case/{case_id}", case_id=case_id)
            return Learned(profile=client.phone is not None)

    async def _choose(self, uow: UnitOfWork, case: CollectionsCase, as_is: bool) -> Triaged | None:
        """Move the case to TRIAGED; or say that the core must be asked first."""
        now = uow.now()
        policy = self._policies.cases(now)
        version = self._policies.triage(now)
        borrower = await borrowers.standing(uow.session, case.borrower_id, now)
        care = await care_now(uow.session, case.borrower_id, self._policies, now) if borrower.flagged else ()
        chosen = triage(
            TriageFacts(
                declared_pack=case.declared_pack,
                time_zone=borrower.time_zone,
                product=case.product,
                days_past_due=case.days_past_due,
                vulnerable=bool(borrower.holds & policy.vulnerable_holds) or Care.SPECIALIST in care,
                snapshot_age_days=(policy.today(now) - case.facts_as_of).days,
            ),
            version.value,
            self._policies.stages(now),
        )
        whole = borrower.named and chosen.snapshot_fresh
        if chosen.contactable and not whole and not as_is:
            return Triaged(then="learn", round=case.round)
        case.pack = chosen.pack
        case.pack_version = version.version
        case.treatment = chosen.treatment
        case.contactable = chosen.contactable
        await uow.emit(
            CaseTriaged(
                case_id=case.case_id,
                borrower_id=case.borrower_id,
                account_ref=case.account_ref,
                origin=case.origin,
                pack=chosen.pack,
                pack_version=version.version,
                product=case.product,
                portfolio=case.portfolio,
                bucket=case.bucket,
                days_past_due=case.days_past_due,
                arrears=Money.of(case.arrears, case.currency),
                balance=Money.of(case.balance, case.currency),
                language=case.language,
                time_zones=chosen.zones,
                contactable=chosen.contactable,
                round=case.round,
                limitation_from=case.limitation_from,
            )
        )
        if borrower.holds & {*self._policies.holds(now).stopping_interest, relief_plans.DEBT_RELIEF_PLAN}:
            zone = borrower.time_zone or policy.time_zone
            freed = partial(relief_plans.is_freed, case, zone=zone, policies=self._policies)
            await interest_stops.adopt(uow, case, zone, freed)
        await arrears_notices.start(uow, case, borrower.time_zone or policy.time_zone, self._policies)
        if borrower.flagged:
            await flag_reviews.adopt(uow, case.case_id, case.borrower_id, self._policies)
        await self._states.move(uow, case, CaseState.TRIAGED, "case.triaged")
        return None

    @staticmethod
    def _then(case: CollectionsCase) -> Literal["review", "rounds", "close"]:
        if case.state in (CaseState.CURED, CaseState.SETTLED, CaseState.CLOSED):
            return "close"
        return "rounds" if case.contactable else "review"

    def _caller(self, case_id: UUID) -> Caller:
        return Caller.service(self._database.service, f"case/{case_id}")


async def _locked(uow: UnitOfWork, case_id: UUID) -> CollectionsCase:
    case = await cases.lock(uow.session, case_id)
    if case is None:
        raise CaseUnknown
    return case


async def _borrower(uow: UnitOfWork, case: CollectionsCase) -> Borrower:
    borrower = await borrowers.get(uow.session, case.borrower_id)
    assert borrower is not None, "a foreign key holds it"
    return borrower
