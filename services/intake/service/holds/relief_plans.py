"""Debts that are put in order with all lenders: what the packs ask of us then (HK-01, SG-01)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.months import add_months
from services.common.packs.rules import Rule
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.holds import ActionClass
from services.intake.models import CollectionsCase, PlacedHold, ReliefRequest
from services.intake.policies import Policies
from services.intake.repository import interest, records
from services.intake.repository.interest import Debt
from services.intake.schemas import HoldEnd
from services.intake.service.holds import placing
from services.intake.service.holds.placing import Wanted
from services.intake.service.holds.terms import HoldTerms
from services.intake.service.requests.starting import start_of_relief_plan

DEBT_RELIEF_PLAN = "DEBT_RELIEF_PLAN"
HK_PLAN, SG_SCHEME = "HK-01", "SG-01"
_FREED = frozenset({ActionClass.INTEREST_ACCRUAL, ActionClass.FEE})


@dataclass(frozen=True, slots=True)
class Scheme:
    """The debt repayment scheme (SG-01): the debts in it that bear no interest, and the first day after it.

    `too_large`: what we are owed is more than the scheme takes in, so a person looks at the notice.
    """

    by: tuple[str, Rule]
    debts: frozenset[UUID]
    over_on: date
    too_large: bool

    def bound(self, wanted: Wanted, zone: str) -> Wanted:
        """The hold of it: no interest, no fees, and no longer than the scheme. InvalidInput for a later end."""
        blocks = tuple(sorted({*wanted.blocks, *_FREED}))
        return replace(wanted, blocks=blocks, ends_at=self.end(wanted.ends_at, zone), interest_on=self.debts)

    def end(self, ends_at: datetime | None, zone: str) -> datetime:
        """The end that was said, or that of the scheme. InvalidInput for a later one."""
        last = datetime.combine(self.over_on, time.min, ZoneInfo(zone)).astimezone(UTC)
        if ends_at is not None and ends_at > last:
            raise InvalidInput("too long", fields=[("#/ends_at", f"is before {self.over_on}, when the scheme is over")])
        return ends_at or last


async def scheme_of(uow: UnitOfWork, person_id: UUID, began: datetime, zone: str, policies: Policies) -> Scheme | None:
    """The scheme in which a person's debts may be from a day on; None where the law knows none."""
    return _scheme(await interest.debts(uow.session, person_id), local_day(began, zone), policies)


def _scheme(debts: Sequence[Debt], started_on: date, policies: Policies) -> Scheme | None:
    within: list[Debt] = []
    by: tuple[str, Rule] | None = None
    for debt in debts:
        found = policies.rules_of_case(debt.pack, debt.product, started_on).get(SG_SCHEME)
        if found is not None:
            by, within = found, [*within, debt]
    if by is None:
        return None
    owed = sum((debt.balance for debt in within), Decimal(0))
    over_on = add_months(started_on, int(by[1].value("max_term_months"))) + timedelta(days=1)
    return Scheme(by, frozenset(debt.case_id for debt in within), over_on, owed > by[1].value("max_debt_sgd"))


def is_freed(case: CollectionsCase, hold: PlacedHold, zone: str, policies: Policies) -> bool:
    """Whether a hold that stops interest stops that of a debt which came later: a scheme stops that of its own."""
    began = local_day(hold.starts_at, zone)
    return hold.kind != DEBT_RELIEF_PLAN or SG_SCHEME in policies.rules_of_case(case.pack, case.product, began)


async def lead_in(
    uow: UnitOfWork, case: CollectionsCase, request: ReliefRequest, zone: str, policies: Policies
) -> None:
    """Lead who is in difficulty with several lenders into the plan of the banks (HK-01): nobody demands anything until
    it is there or somebody lifts the hold, and a person sees to it in time. The borrower is locked."""
    today = local_day(uow.now(), zone)
    found = policies.rules_of_case(case.pack or case.declared_pack, case.product, today).get(HK_PLAN)
    if found is None or request.lenders is None or request.lenders < found[1].value("check_from_lenders"):
        return
    await start_of_relief_plan(uow, case.case_id, str(request.request_id), zone, found, policies)
    placed = await records.holds(uow.session, case.borrower_id)
    if not any(one.kind == DEBT_RELIEF_PLAN and not placing.is_over(one, uow.now()) for one in placed):
        wanted = HoldTerms(policies, zone).wanted(DEBT_RELIEF_PLAN, uow.now(), HoldEnd())
        await placing.put(uow, case.case_id, case.borrower_id, wanted)
