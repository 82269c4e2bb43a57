"""Wires intake: the only file that knows every concrete part."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from services.common.banking.connection import CoreConnection
from services.common.banking.fineract import FineractBanking
from services.common.banking.fineract_interest import FineractInterest
from services.common.banking.port import CoreBanking, CoreInterest
from services.common.contracts.events.cases import TOPIC
from services.common.runtime.assembly import AssembledService, Parts, open_database
from services.common.runtime.database import Database
from services.common.runtime.metrics import Metrics
from services.common.runtime.service_client import ServiceClient
from services.common.runtime.settings import ServiceSettings
from services.intake.activities import CaseActivities
from services.intake.adapters.contact_http import HttpContact
from services.intake.adapters.plans_http import HttpPlans
from services.intake.api import bulk as bulk_routes
from services.intake.api import cases as case_routes
from services.intake.api import ending as ending_routes
from services.intake.api import form as form_routes
from services.intake.api import holds as hold_routes
from services.intake.api import notes as note_routes
from services.intake.api import people as people_routes
from services.intake.api import requests as request_routes
from services.intake.consumers import handlers
from services.intake.domain.case_state import CaseState
from services.intake.models import TABLES
from services.intake.policies import Policies
from services.intake.repository import cases
from services.intake.service.arrival.benefits import BenefitsOfCases
from services.intake.service.arrival.figures import Figures
from services.intake.service.arrival.opening import Opening
from services.intake.service.arrival.preparing import Preparing
from services.intake.service.arrival.programmes import Programmes
from services.intake.service.arrival.reopening import Reopening
from services.intake.service.arrival.triage import TriageOfCases
from services.intake.service.casework import Casework
from services.intake.service.declarations import Declarations
from services.intake.service.form import IntakeForm
from services.intake.service.holds.agreements import AgreementHolds
from services.intake.service.holds.bulk import BulkHolds
from services.intake.service.holds.holding import Holding
from services.intake.service.holds.interest_core import StopInterest
from services.intake.service.papers import BorrowersPapers, ContactLog
from services.intake.service.people.flag_reviews import FlagReviews
from services.intake.service.people.flags import VulnerabilityFlags
from services.intake.service.people.parties import PartiesOfCases
from services.intake.service.reading import Reading
from services.intake.service.rebuilding import REBUILD
from services.intake.service.requests.meeting import Clocks
from services.intake.service.requests.recording import Requests
from services.intake.service.requests.watching import WatchClocks
from services.intake.service.standing import MeansOfBorrowers, Standings
from services.intake.service.states.ending import Endings
from services.intake.service.states.hearing import Hearing
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.procedure import CaseProcedure
from services.intake.workflows.bulk import BulkHoldJob
from services.intake.workflows.case import CaseWorkflow
from services.intake.workflows.clocks import StatutoryClock
from services.intake.workflows.flags import FlagReview
from services.intake.workflows.interest import InterestOfHold


class Plans(Programmes, MeansOfBorrowers, Protocol):
    """All that intake asks plans."""


class UseCases:
    """The use cases of intake on one database."""

    def __init__(
        self,
        database: Database,
        institution: str,
        core: CoreBanking,
        interest: CoreInterest,
        plans: Plans,
        contact: ContactLog,
        pack_overlay: Path | None = None,
    ) -> None:
        policies = Policies(pack_overlay)
        states = CaseStates(policies)
        self.opening = Opening(database, policies, institution)
        self.casework = Casework(database, policies, states)
        self.holding = Holding(database, policies)
        self.reading = Reading(database, policies)
        self.flags = VulnerabilityFlags(database, policies)
        self.flag_reviews = FlagReviews(database, policies)
        self.bulk = BulkHolds(database, policies)
        self.parties = PartiesOfCases(database, policies, institution)
        self.clocks = Clocks(database, policies)
        self.requests = Requests(database, policies, states, self.clocks)
        self.hearing = Hearing(states, self.clocks, AgreementHolds(policies))
        self.triage = TriageOfCases(database, policies, states, core)
        self.procedure = CaseProcedure(database, policies, states)
        self.activities = CaseActivities(
            self.triage,
            self.procedure,
            self.flag_reviews,
            self.bulk,
            WatchClocks(database, policies),
            StopInterest(database, interest),
            Preparing(database, policies, states, plans),
        )
        reopening = Reopening(policies, states, self.opening)
        self.handlers = handlers(self.opening, self.hearing, self.holding, reopening, self.clocks)
        self.routers = [
            ending_routes.router(Endings(database, policies, states)),
            case_routes.router(
                self.opening,
                self.casework,
                Figures(database, policies, core),
                self.reading,
                BenefitsOfCases(database),
                Standings(database, policies, plans),
            ),
            note_routes.router(self.casework, self.reading),
            hold_routes.router(self.holding, self.reading),
            people_routes.router(self.flags, self.parties),
            bulk_routes.router(self.bulk),
            request_routes.router(self.requests, self.clocks),
            request_routes.papers_router(BorrowersPapers(database, policies, core, plans, contact, institution)),
            form_routes.attestations(Declarations(database, policies, plans)),
            form_routes.router(IntakeForm(database, policies)),
        ]


def build(settings: ServiceSettings) -> AssembledService:
    """The service intake."""
    metrics = Metrics(settings.service, settings.role)
    database = open_database(settings, TABLES)
    connection = CoreConnection(settings)
    core, interest = FineractBanking(connection.client), FineractInterest(connection.client)
    plans, contact = ServiceClient("plans", settings), ServiceClient("contact", settings)
    asked = (HttpPlans(plans), HttpContact(contact))
    use_cases = UseCases(database, settings.institution, core, interest, *asked, settings.pack_overlay)
    parts = Parts(
        title="Forbear intake",
        routers=use_cases.routers,
        handlers=use_cases.handlers,
        workflows=[CaseWorkflow, FlagReview, BulkHoldJob, StatutoryClock, InterestOfHold],
        activities=use_cases.activities.all(),
        figures=[_case_figures(database, metrics)],
        beat_topic=TOPIC,
        closing=[connection.close, plans.close, contact.close],
        rebuild=REBUILD,
    )
    return AssembledService(settings, database, metrics, parts)


def _case_figures(database: Database, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    async def refresh() -> None:
        async with database.read() as session:
            found = {state: (count, parked) for state, count, parked in await cases.count_by_state(session)}
        for state in CaseState:
            metrics.cases_by_state.labels(state.value).set(found.get(state, (0, 0))[0])
        metrics.parked_events.set(sum(parked for _, parked in found.values()))

    return refresh
