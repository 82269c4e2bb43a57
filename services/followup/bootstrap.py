"""Wires followup: the only file that knows every concrete part."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from prometheus_client import Gauge

from services.common.banking.connection import CoreConnection
from services.common.banking.customers import FineractCustomers
from services.common.runtime.assembly import AssembledService, Parts, open_database
from services.common.runtime.database import Database
from services.common.runtime.metrics import Metrics
from services.common.runtime.service_client import ServiceClient
from services.common.runtime.settings import ServiceSettings
from services.followup.activities import FollowUpActivities
from services.followup.adapters.contact import HttpContact
from services.followup.api import agreements as agreement_routes
from services.followup.api import care as care_routes
from services.followup.api import check_ins as check_in_routes
from services.followup.api import clocks as clock_routes
from services.followup.api import credit_disputes as dispute_routes
from services.followup.api import ends as end_routes
from services.followup.api import feedback as feedback_routes
from services.followup.api import improvements as improvement_routes
from services.followup.api import measures as measure_routes
from services.followup.api import payments as payment_routes
from services.followup.api import promises as promise_routes
from services.followup.api import renegotiations as renegotiation_routes
from services.followup.api import worklist as worklist_routes
from services.followup.consumers import handlers
from services.followup.models import TABLES
from services.followup.service.agreements import AgreementsService
from services.followup.service.applying import Applying
from services.followup.service.as_of import AsOf
from services.followup.service.at_risk import AtRisk
from services.followup.service.calendar import Calendar
from services.followup.service.care.answers import CheckInAnswers
from services.followup.service.care.asking import FeedbackQuestions
from services.followup.service.care.changes import PolicyChangeLog
from services.followup.service.care.check_ins import CheckIns
from services.followup.service.care.feedback import FeedbackRegister
from services.followup.service.care.improvements import Improvements
from services.followup.service.care.policies import CarePolicies
from services.followup.service.care.programmes import Programmes
from services.followup.service.care.status import PlanStatuses
from services.followup.service.care.summaries import Summaries
from services.followup.service.care.whose import Portal
from services.followup.service.clocks.closing import ClockDays
from services.followup.service.clocks.counting import Clocks
from services.followup.service.clocks.deciding import ClockDecisions
from services.followup.service.clocks.telling import ClockTelling
from services.followup.service.credit_disputes import CreditDisputes
from services.followup.service.days import Days
from services.followup.service.ends import Ends
from services.followup.service.follow_up import FollowUp
from services.followup.service.holds import Holds
from services.followup.service.importing import PaymentImports
from services.followup.service.measures import Measures
from services.followup.service.measuring import Measuring
from services.followup.service.notices import Notices
from services.followup.service.policies import Policies
from services.followup.service.postings.counting import Counting
from services.followup.service.postings.recording import Postings
from services.followup.service.promises.deciding import PromiseDecisions
from services.followup.service.promises.following import Promises
from services.followup.service.promises.judging import PromiseVerdicts
from services.followup.service.rebuilding import REBUILD
from services.followup.service.renegotiations import Renegotiations
from services.followup.service.talks import Talks
from services.followup.service.verdicts import Verdicts
from services.followup.service.watch_disputes import WatchCreditDisputes
from services.followup.service.worklist import WorkList
from services.followup.vocabulary import UnmatchedReason
from services.followup.workflows.credit_disputes import CreditDisputeWatch
from services.followup.workflows.follow_up import AgreementFollowUp
from services.followup.workflows.summaries import ClosingSummary


class UseCases:
    """The use cases of followup on one database."""

    def __init__(self, database: Database, pack_overlay: Path | None = None, institution: str = "") -> None:
        policies, care, portal = Policies(pack_overlay), CarePolicies(), Portal(institution)
        calendar, notices = Calendar(policies), Notices(policies)
        applying = Applying(policies)
        telling = ClockTelling(policies)
        clocks = Clocks(policies, telling)
        verdicts = Verdicts(calendar, notices, applying, clocks)
        kept = PromiseVerdicts(policies)
        promises = Promises(policies, kept)
        talks = Talks(policies, notices)
        renegotiations = Renegotiations(database, talks)
        check_ins = CheckIns(policies, care)
        self.agreements = AgreementsService(database, policies, verdicts, promises, kept, talks, clocks)
        counting = Counting(verdicts, kept)
        self.postings = Postings(database, policies, counting)
        self.work_list = WorkList(database, policies, self.postings, counting)
        self.days = Days(database, policies, verdicts, promises, ClockDays(calendar, clocks))
        self.imports = PaymentImports(database, policies, self.postings, self.days)
        self.follow_up = FollowUp(database, calendar, notices, talks, check_ins)
        holds = Holds(verdicts, promises)
        self.measures = Measures(database, policies)
        ends = Ends(database, policies)
        disputes = CreditDisputes(database, policies)
        decisions = ClockDecisions(database, calendar, clocks, telling)
        self.watch_disputes = WatchCreditDisputes(database, policies)
        self.handlers = handlers(
            self.agreements, self.postings, promises, self.days, self.follow_up, holds, renegotiations, ends, disputes,
            check_ins, FeedbackQuestions(care), decisions,
        )  # fmt: skip
        self.handlers.observer = Measuring(database)
        self.routers = [
            agreement_routes.router(
                self.agreements, AsOf(database, policies, applying), self.follow_up, AtRisk(database)
            ),
            payment_routes.router(self.postings, self.days),
            worklist_routes.router(self.work_list),
            promise_routes.router(PromiseDecisions(database, kept)),
            renegotiation_routes.router(renegotiations),
            measure_routes.router(self.measures),
            end_routes.router(ends),
            clock_routes.router(decisions),
            dispute_routes.router(disputes),
            check_in_routes.router(CheckInAnswers(database, policies, talks, portal)),
            care_routes.router(PlanStatuses(database, policies, care, portal), Programmes(database, policies, care)),
            feedback_routes.router(FeedbackRegister(database, policies, portal)),
            improvement_routes.router(Improvements(database, policies), PolicyChangeLog(database, policies)),
        ]


def build(settings: ServiceSettings) -> AssembledService:
    """The service followup."""
    metrics = Metrics(settings.service, settings.role)
    database = open_database(settings, TABLES)
    cases = UseCases(database, settings.pack_overlay, settings.institution)
    connection, contact = CoreConnection(settings), ServiceClient("contact", settings)
    core = FineractCustomers(connection.client)
    summaries = Summaries(database, Policies(settings.pack_overlay), HttpContact(contact), core)
    parts = Parts(
        title="Forbear followup",
        routers=cases.routers,
        handlers=cases.handlers,
        workflows=[AgreementFollowUp, CreditDisputeWatch, ClosingSummary],
        activities=FollowUpActivities(cases.follow_up, cases.watch_disputes, summaries).all(),
        closing=[connection.close, contact.close],
        rebuild=REBUILD,
        figures=[unmatched_figure(cases.work_list.waiting, metrics), fairness_figure(cases.measures.fairness, metrics)],
    )
    return AssembledService(settings, database, metrics, parts)


def unmatched_figure(
    ask: Callable[[], Awaitable[Mapping[str, int]]], metrics: Metrics
) -> Callable[[], Awaitable[None]]:
    """A callback that shows how many postings wait on the work list, by reason, as `ask` gives them."""
    gauge = Gauge(
        "forbear_unmatched_postings", "Postings that fit nowhere, by reason", ["reason"], registry=metrics.registry
    )

    async def refresh() -> None:
        found = await ask()
        for reason in UnmatchedReason:
            gauge.labels(reason.value).set(found.get(reason.value, 0))

    return refresh


def fairness_figure(
    ask: Callable[[], Awaitable[tuple[float, float]]], metrics: Metrics
) -> Callable[[], Awaitable[None]]:
    """A callback that shows outcome fairness and the floor that the alert compares it with, as `ask` gives them."""
    ratio = Gauge(
        "forbear_outcome_fairness",
        "Approval share of cases met with care over that of the others, thirty days; NaN with too few decisions",
        registry=metrics.registry,
    )
    floor = Gauge("forbear_outcome_fairness_floor", "Outcome fairness below which it alerts", registry=metrics.registry)

    async def refresh() -> None:
        found, lowest = await ask()
        ratio.set(found)
        floor.set(lowest)

    return refresh
