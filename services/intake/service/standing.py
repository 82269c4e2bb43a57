"""Where a borrower stands: derived from the judged means and from what happened, kept as the treatment of the case."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.intake.domain.case_state import CaseState
from services.intake.domain.quadrant import Quadrant, quadrant, willingness
from services.intake.errors import CaseIsClosed, CaseUnknown
from services.intake.models import CaseHistory, CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import cases, clocks
from services.intake.schemas.standing import Ability, Budget, OwnDebt, Standing, WhatHappened
from services.intake.service.casework import STAFF

NOT_TOLD = "NOT_DISCLOSED"
ABLE = "AFFORDABLE"


class Means(BaseModel):
    """What intake reads of a statement of means at plans."""

    model_config = ConfigDict(extra="ignore")

    class Judged(BaseModel):
        """What the statement comes to in a month."""

        model_config = ConfigDict(extra="ignore")

        result: str
        total_income: Money
        total_priority: Money
        total_living: Money
        surplus: Money

    assessment_id: UUID
    taken_at: datetime
    policy_version: str
    unsecured_debts: dict[str, Money]
    own_debt: str
    judged: Judged


class MeansOfBorrowers(Protocol):
    """Plans, as far as statements of means go."""

    async def means(self, case_id: UUID, caller: Caller) -> Means | None:
        """The newest judged statement; None when none was taken. Unavailable."""


class Standings:
    """Derives standings."""

    def __init__(self, database: Database, policies: Policies, means: MeansOfBorrowers) -> None:
        self._database = database
        self._policies = policies
        self._means = means

    async def derive(self, caller: Caller, case_id: UUID) -> Standing:
        """Derive it anew and let it pick the treatment, unless a specialist treats the borrower. CaseUnknown,
        CaseIsClosed, Unavailable."""
        caller.require_any(STAFF)
        own = Caller.service(self._database.service, caller.correlation_id, acting_for=caller.person)
        found = await self._means.means(case_id, own)
        async with self._database.write(caller) as uow:
            case = await cases.lock(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            if case.state == CaseState.CLOSED:
                raise CaseIsClosed
            now = uow.now()
            version = self._policies.quadrants(now)
            policy = version.value
            steps = await cases.steps(uow.session, case_id)
            cause_known = await clocks.newest_cause(uow.session, case_id) not in (None, NOT_TOLD)
            able = None if found is None else found.judged.result == ABLE
            willing = willingness([step.trigger for step in steps], cause_known, policy)
            where = quadrant(able, willing)
            special = self._policies.triage(now).value.vulnerable_treatment
            if where is not Quadrant.UNKNOWN and case.treatment not in (special, policy.treatments[where]):
                case.treatment = policy.treatments[where]
                case.version += 1
                await cases.write(uow.session, case, "treatment", "version")
            others = await cases.open_of_borrower(uow.session, case.borrower_id)
            standing = Standing(
                case_id=case_id,
                quadrant=where,
                able=able,
                willing=willing,
                ability=None if found is None else _ability(found),
                willingness=[_happened(step, policy.willing) for step in steps if policy.speaks(step.trigger)],
                cause_known=cause_known,
                treatment=case.treatment,
                policy_version=version.version,
                offered={"zh": policy.tool.zh, "en": policy.tool.en},
                debts=[_debt(one) for one in others],
                others={} if found is None else _others(found),
                budget=None if found is None else _budget(found.judged),
            )
            await uow.audit("standing.derived", f"case/{case_id}", case_id=case_id, detail=standing.without_sums())
            return standing


def _ability(found: Means) -> Ability:
    return Ability(
        assessment_id=found.assessment_id,
        taken_at=found.taken_at,
        policy_version=found.policy_version,
        result=found.judged.result,
    )


def _happened(step: CaseHistory, willing: frozenset[str]) -> WhatHappened:
    return WhatHappened(step=step.trigger, at=step.at, speaks="for" if step.trigger in willing else "against")


def _debt(case: CollectionsCase) -> OwnDebt:
    return OwnDebt(
        case_id=case.case_id,
        account_ref=case.account_ref,
        product=case.product,
        owed=Money.of(case.arrears + case.balance, case.currency),
        days_past_due=case.days_past_due,
    )


def _others(found: Means) -> dict[str, Money]:
    return {creditor: owed for creditor, owed in found.unsecured_debts.items() if creditor != found.own_debt}


def _budget(judged: Means.Judged) -> Budget:
    return Budget(
        income=judged.total_income, priority=judged.total_priority, living=judged.total_living, left=judged.surplus
    )
