"""Notices of sums in arrears (UK-14): their clocks, and what a late one costs us."""

from datetime import date, timedelta

from services.common.kernel.clock import local_day
from services.common.packs.rules import Rule
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.arrears_notices import ArrearsNoticeTerms, NoticeDue, first_notice, next_notice
from services.intake.domain.clocks import ClockKind
from services.intake.domain.holds import Reach
from services.intake.models import CollectionsCase, StatutoryClock
from services.intake.policies import Policies
from services.intake.repository import records
from services.intake.service.holds import placing
from services.intake.service.holds.placing import Wanted
from services.intake.service.requests.starting import About, keep, warned_on

UK_NOTICE = "UK-14"
NOTICE_LATE = "NOTICE_LATE"


async def start(uow: UnitOfWork, case: CollectionsCase, zone: str, policies: Policies) -> None:
    """Count the days of the first notice of a case that has its packs. Nothing where no rule asks for one."""
    today = local_day(uow.now(), zone)
    found = policies.rules_of_case(case.pack, case.product, today).get(UK_NOTICE)
    if found is None or case.oldest_unpaid_due_date is None:
        return
    due = first_notice(case.oldest_unpaid_due_date, found[1].terms(ArrearsNoticeTerms))
    # Of a debt that came to us late the days are over: they are counted from today, and nobody is late for others.
    begun = due if due.by >= today else NoticeDue(today, today + (due.by - due.since))
    await _keep(uow, About(case.case_id, f"{case.case_id}/arrears", None, zone, found), begun, policies)


async def move(uow: UnitOfWork, clock: StatutoryClock, case: CollectionsCase, policies: Policies) -> None:
    """Payments since then have put off a notice of which nobody was warned yet: its clock counts anew."""
    rule = policies.rule(UK_NOTICE, local_day(uow.now(), clock.zone))
    if case.oldest_unpaid_due_date is None or clock.warned_at is not None:
        return
    due = first_notice(case.oldest_unpaid_due_date, rule.terms(ArrearsNoticeTerms))
    if due.by > clock.due_on:
        clock.started_on, clock.due_on = due.since, due.by
        clock.warn_on = warned_on(rule, due.since, due.by, policies, uow.now())


async def stop_interest(uow: UnitOfWork, clock: StatutoryClock, case: CollectionsCase) -> None:
    """A notice is late: from the day after its last one nothing accrues and nothing is enforced until it is given.
    The borrower is locked."""
    from_day = clock.due_on + timedelta(days=1)
    blocks = ("enforcement", "fee", "interest_accrual")
    wanted = Wanted(NOTICE_LATE, blocks, uow.now(), None, Reach.DEBT, interest_from=from_day)
    await placing.put(uow, case.case_id, case.borrower_id, wanted)


async def given(uow: UnitOfWork, clock: StatutoryClock, on: date, policies: Policies) -> None:
    """A notice was given: interest runs again, and the days of the next are counted."""
    for hold in await records.lock_open(uow.session, clock.case_id, (NOTICE_LATE,)):
        await placing.lift(uow, hold)
    by = policies.packed_rule(UK_NOTICE, on)
    due = next_notice(on, by[1].terms(ArrearsNoticeTerms))
    await _keep(uow, About(clock.case_id, str(clock.clock_id), None, clock.zone, by), due, policies)


async def _keep(uow: UnitOfWork, about: About, due: NoticeDue, policies: Policies) -> None:
    rule: Rule = about.by[1]
    warn = warned_on(rule, due.since, due.by, policies, uow.now())
    await keep(uow, about, ClockKind.ARREARS_NOTICE, due.since, due.by, warn)
