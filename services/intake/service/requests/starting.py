"""Starting the clocks that the packs of a case have for a request, or for what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.contracts.workflows import STATUTORY_CLOCK
from services.common.kernel.clock import local_day
from services.common.kernel.ids import business_uuid
from services.common.kernel.months import add_months
from services.common.packs.calendars import load_calendars
from services.common.packs.rules import Rule
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.clocks import (
    AnswerTerms,
    ClockKind,
    CreditNoticeTerms,
    ParticularsTerms,
    particulars_by,
    warn_on,
)
from services.intake.domain.hardship import DecisionTerms, HardshipNotice, RequestTerms, hardship_decision
from services.intake.domain.moratorium import BreathingSpaceTerms, Registration, breathing_space
from services.intake.domain.mortgage import Application, ApplicationTerms, application_clocks
from services.intake.models import CollectionsCase, PlacedHold, ReliefRequest, StatutoryClock
from services.intake.policies import Policies
from services.intake.repository import borrowers
from services.intake.workflows.messages import ClockInput, clock_workflow_id

DUE = "clock"
AU_ASK, AU_DECIDE, AU_WRITE = "AU-02", "AU-03", "AU-04"
US_CREDIT, US_MORTGAGE = "US-26", "US-29"
UK_SPACE = "UK-12"
HOUSE_ANSWER = "HOUSE-13"
PLANS_OF_LENDERS = ("HK-01", "SG-02")


async def start_of_request(
    uow: UnitOfWork, case: CollectionsCase, request: ReliefRequest, received_on: date, policies: Policies
) -> None:
    """Start the clocks of a request that was received, in whatever form, on a day: each has one for its answer."""
    rules = _rules(case, received_on, policies, uow)
    if AU_DECIDE in rules:
        asking, terms = rules[AU_ASK][1].terms(RequestTerms), rules[AU_DECIDE][1].terms(DecisionTerms)
        last = received_on + timedelta(days=asking.request_within_days)
        decide = hardship_decision(HardshipNotice(received_on), asking, terms).decision_by
        await _start(uow, case, request, ClockKind.INFORMATION, rules[AU_ASK], received_on, last, policies)
        await _start(uow, case, request, ClockKind.DECISION, rules[AU_DECIDE], received_on, decide, policies)
    else:
        last = received_on + timedelta(days=rules[HOUSE_ANSWER][1].terms(AnswerTerms).answer_days)
        await _start(uow, case, request, ClockKind.ANSWER, rules[HOUSE_ANSWER], received_on, last, policies)
    if US_CREDIT in rules and request.request_type in _types(policies, uow, ClockKind.CREDIT_NOTICE):
        notice = rules[US_CREDIT][1].terms(CreditNoticeTerms).notice_days
        last = received_on + timedelta(days=notice)
        await _start(uow, case, request, ClockKind.CREDIT_NOTICE, rules[US_CREDIT], received_on, last, policies)
    proposed = [rules[id] for id in PLANS_OF_LENDERS if id in rules]
    if proposed and request.request_type in _types(policies, uow, ClockKind.PROPOSAL):
        last = received_on + timedelta(days=policies.clocks(uow.now()).proposal_days)
        await _start(uow, case, request, ClockKind.PROPOSAL, proposed[0], received_on, last, policies)


async def start_of_application(
    uow: UnitOfWork, case: CollectionsCase, request: ReliefRequest, complete_on: date, policies: Policies
) -> None:
    """Start the clocks of an application that is complete from a day on (US-29)."""
    rules = _rules(case, complete_on, policies, uow)
    if US_MORTGAGE not in rules or case.product != "mortgage":
        return
    holidays = tuple(sorted(load_calendars()["us"].holidays))
    found = application_clocks(Application(complete_on, holidays), rules[US_MORTGAGE][1].terms(ApplicationTerms))
    for kind, last in ((ClockKind.ACKNOWLEDGEMENT, found.acknowledge_by), (ClockKind.DECISION, found.decide_by)):
        await _start(uow, case, request, kind, rules[US_MORTGAGE], complete_on, last, policies)


async def start_of_agreement(
    uow: UnitOfWork, case: CollectionsCase, agreed_on: date, relief_ends_on: date, policies: Policies
) -> None:
    """Start the clock of the written particulars of an agreed change (AU-04)."""
    rules = _rules(case, agreed_on, policies, uow)
    if AU_WRITE not in rules:
        return
    last = particulars_by(agreed_on, relief_ends_on, rules[AU_WRITE][1].terms(ParticularsTerms))
    if last is not None:
        await _start(uow, case, None, ClockKind.PARTICULARS, rules[AU_WRITE], agreed_on, last, policies)


async def start_of_breathing_space(
    uow: UnitOfWork,
    hold: PlacedHold,
    registered_on: date,
    zone: str,
    earlier: Sequence[PlacedHold],
    policies: Policies,
) -> None:
    """The adviser looks again midway. One within the months in which there is one is taken in, and a person looks."""
    version, rule = policies.packed_rule(UK_SPACE, registered_on)
    space = breathing_space(Registration(registered_on), rule.terms(BreathingSpaceTerms))
    about = About(hold.case_id, str(hold.hold_id), None, zone, (version, rule))
    start, review = space.midway_review_from, space.midway_review_to
    await keep(uow, about, ClockKind.MIDWAY_REVIEW, min(space.start, start), review, start)
    since = add_months(registered_on, -int(rule.value("once_in_months")))
    if any(local_day(one.starts_at, zone) > since for one in earlier):
        today = local_day(uow.now(), zone)
        due_on = today + timedelta(days=policies.clocks(uow.now()).repeated_days)
        await keep(uow, about, ClockKind.REPEATED, today, due_on, today)


async def start_of_relief_plan(
    uow: UnitOfWork, case_id: UUID, named: str, zone: str, by: tuple[str, Rule], policies: Policies
) -> None:
    """A person sees to a plan with all lenders from today on, in the days of the policy (HK-01, SG-01)."""
    today = local_day(uow.now(), zone)
    due_on = today + timedelta(days=policies.clocks(uow.now()).relief_plan_days)
    await keep(uow, About(case_id, named, None, zone, by), ClockKind.RELIEF_PLAN, today, due_on, today)


async def watch(uow: UnitOfWork, clock: StatutoryClock, until: date) -> None:
    """Have the watch of a clock look at the beginning of a day."""
    workflow_id = clock_workflow_id(ClockInput(case_id=clock.case_id, clock_id=clock.clock_id))
    due = morning(until, clock.zone)
    await uow.oblige(Obligation(clock.case_id, DUE, str(clock.clock_id), "workflow", due, workflow_id))


def morning(day: date, zone: str) -> datetime:
    """The first instant of a day where the borrower is."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def warned_on(rule: Rule, started_on: date, due_on: date, policies: Policies, now: datetime) -> date:
    """The day on which somebody is warned: by the rule where it names a share of the time, by policy otherwise."""
    known = rule.parameters.get("alert_at_percent")
    percent = policies.clocks(now).warn_at_percent if known is None else int(str(known.value))
    return warn_on(started_on, due_on, percent)


async def _start(
    uow: UnitOfWork,
    case: CollectionsCase,
    request: ReliefRequest | None,
    kind: ClockKind,
    by: tuple[str, Rule],
    started_on: date,
    due_on: date,
    policies: Policies,
) -> None:
    borrower = await borrowers.get(uow.session, case.borrower_id)
    assert borrower is not None, "a foreign key holds it"
    named = str(request.request_id) if request else f"{case.case_id}/{case.round}"
    about = About(case.case_id, named, request.request_id if request else None, borrower.time_zone, by)
    await keep(uow, about, kind, started_on, due_on, warned_on(by[1], started_on, due_on, policies, uow.now()))


@dataclass(frozen=True, slots=True)
class About:
    """What a clock is about: its case, the name of its occasion, the request, the zone, and the rule of its pack."""

    case_id: UUID
    named: str
    request_id: UUID | None
    zone: str
    by: tuple[str, Rule]


async def keep(uow: UnitOfWork, about: About, kind: ClockKind, started_on: date, due_on: date, warn: date) -> None:
    """Start a clock, with its watch."""
    version, rule = about.by
    clock = StatutoryClock(
        clock_id=clock_id_of(about.named, kind),
        case_id=about.case_id,
        request_id=about.request_id,
        kind=kind.value,
        rule_id=rule.id,
        pack_version=version,
        zone=about.zone,
        started_on=started_on,
        due_on=due_on,
        warn_on=warn,
    )
    uow.session.add(clock)
    await uow.session.flush()
    start = ClockInput(case_id=clock.case_id, clock_id=clock.clock_id)
    await uow.start(STATUTORY_CLOCK, clock_workflow_id(start), start, clock.case_id)
    await watch(uow, clock, clock.warn_on)
    await uow.audit("clock.started", f"clock/{clock.clock_id}", case_id=clock.case_id, detail={"rule": rule.id})


def clock_id_of(named: str, kind: ClockKind) -> UUID:
    """A clock by what it is about."""
    return business_uuid("clock", named, kind.value)


def _rules(case: CollectionsCase, day: date, policies: Policies, uow: UnitOfWork) -> dict[str, tuple[str, Rule]]:
    """Before triage the pack is the declared one, or that of the house."""
    pack = case.pack or case.declared_pack or policies.triage(uow.now()).value.default_pack
    return policies.rules_of_case(pack, case.product, day)


def _types(policies: Policies, uow: UnitOfWork, kind: ClockKind) -> frozenset[str]:
    return policies.clocks(uow.now()).requests.get(kind.value, frozenset())
