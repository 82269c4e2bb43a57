"""Wiring of contact: the only file that knows every concrete part."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx
from fastapi import APIRouter
from prometheus_client import Gauge

from services.common.runtime.assembly import AssembledService, Parts, open_database
from services.common.runtime.database import Database
from services.common.runtime.key_ring import KeyRing
from services.common.runtime.metrics import Metrics
from services.common.runtime.one_time_codes import OneTimeCodes
from services.common.runtime.service_client import ServiceClient
from services.common.runtime.service_tokens import ServiceTokens
from services.contact.activities import Activities
from services.contact.adapters.contact_log_pdf import ContactLogPdf
from services.contact.adapters.gateway_channels import CHANNELS
from services.contact.adapters.gateway_http import GatewayLine
from services.contact.adapters.gateways import Figures, Gateways
from services.contact.adapters.intake import HttpIntake
from services.contact.api import cases as case_routes
from services.contact.api import contact_log as contact_log_routes
from services.contact.api import conversations as conversation_routes
from services.contact.api import limitation as limitation_routes
from services.contact.api import messages as message_routes
from services.contact.api import opt_outs as opt_out_routes
from services.contact.api import people as people_routes
from services.contact.api import permits as permit_routes
from services.contact.api import promises as promise_routes
from services.contact.api import registers as register_routes
from services.contact.api import stops as stop_routes
from services.contact.api import visits as visit_routes
from services.contact.api import webhooks as webhook_routes
from services.contact.checked_texts import publish
from services.contact.consumers import handlers
from services.contact.domain.stops import StopScope
from services.contact.models import TABLES
from services.contact.permitted import MessageGateway
from services.contact.policies import Policies
from services.contact.repository.rounds import count_webhooks
from services.contact.repository.stops import count_open
from services.contact.sender import OptOutLink, Sender
from services.contact.service.cases import CaseCopies
from services.contact.service.contact_log import ContactLogs
from services.contact.service.limitation import LimitationRegister
from services.contact.service.messages.asked import AskedMessages
from services.contact.service.messages.delivery import Delivery
from services.contact.service.messages.inbound import UNKNOWN_SENDER, Inbox
from services.contact.service.messages.opt_outs import OptOutLinks, OptOuts
from services.contact.service.messages.release import Release
from services.contact.service.messages.told import Telling
from services.contact.service.messages.writing import Writing
from services.contact.service.people.consents import ConsentRegister
from services.contact.service.people.known import KnownRegister
from services.contact.service.people.learning import Intake, Numbers
from services.contact.service.people.numbers import NumberRegister
from services.contact.service.people.preferences import PreferenceRegister
from services.contact.service.people.representatives import RepresentativeRegister
from services.contact.service.people.third_parties import ThirdPartyRegister
from services.contact.service.permits.asking import Asking
from services.contact.service.permits.deciding import Permits
from services.contact.service.permits.lapses import OverrideLapses
from services.contact.service.permits.overrides import Overrides
from services.contact.service.rebuilding import REBUILD
from services.contact.service.rounds.cadence import Cadences
from services.contact.service.rounds.engagement import Engagement
from services.contact.service.rounds.visits import Visits
from services.contact.service.stops import Stops
from services.contact.service.talks.accounts import Accounts
from services.contact.service.talks.briefs import Briefs
from services.contact.service.talks.closing import Closing
from services.contact.service.talks.commitments import Commitments
from services.contact.service.talks.conversations import Conversations
from services.contact.service.talks.disclosures import DisclosureList
from services.contact.service.talks.duties import Duties
from services.contact.service.talks.handover import HandOver
from services.contact.service.talks.promising import Promising
from services.contact.service.talks.scripts import Scripts
from services.contact.service.talks.supervisor import SupervisorRequests
from services.contact.service.views import Views
from services.contact.settings import Settings
from services.contact.texts import Voice
from services.contact.workflows.cadence import ContactCadence
from services.contact.workflows.delivery import MessageDelivery
from services.contact.workflows.hand_over import RequestHandOver
from services.contact.workflows.override import OverrideRequest
from services.contact.workflows.party import PartyNumbers

CALLBACK = "/v1/webhooks/gateway"


class IntakeApi(Intake, Accounts, Protocol):
    """All that contact asks of intake."""


class UseCases:
    """The use cases of contact on one database, with the gateway and the intake they speak to."""

    def __init__(
        self, database: Database, settings: Settings, policies: Policies, gateway: MessageGateway, intake: IntakeApi
    ) -> None:
        voice = Voice(settings.institution, settings.agent_alias, settings.call_back_number, settings.letter_seal)
        permits, engagement = Permits(policies), Engagement(policies)
        secret = settings.gateway_webhook_secret.get_secret_value()
        self.numbers = Numbers(database, intake, policies, settings.phone_region)
        codes = OneTimeCodes(KeyRing.parse(settings.payload_keys.get_secret_value()))
        release = Release(permits, policies, Writing(policies, voice, codes))
        telling = Telling(policies)
        self.delivery = Delivery(database, release, gateway, telling)
        self.cadences = Cadences(database, policies, engagement)
        opt_outs = OptOuts(policies)
        self.inbox = Inbox(database, policies, engagement, self.numbers, release, opt_outs, telling, secret)
        self.hand_over = HandOver(database, intake)
        self.lapses = OverrideLapses(database)
        self.handlers = handlers(CaseCopies(policies, engagement))
        self.routers = [
            permit_routes.router(
                Asking(database, permits, policies, voice), Overrides(database, permits, policies, voice)
            ),
            case_routes.router(Views(database, policies, voice)),
            message_routes.router(AskedMessages(database, intake, policies)),
            contact_log_routes.router(ContactLogs(database, voice, ContactLogPdf())),
            webhook_routes.router(self.inbox),
            opt_out_routes.router(OptOutLinks(database, opt_outs)),
            stop_routes.router(Stops(database)),
            visit_routes.router(Visits(database, policies)),
            limitation_routes.router(LimitationRegister(database, policies)),
            *_registers(database, policies, self.numbers),
            *_conversations(database, policies, engagement, voice, intake),
        ]


def _registers(database: Database, policies: Policies, known: Numbers) -> list[APIRouter]:
    """Routes of the registers of persons."""
    consents, numbers = ConsentRegister(database), NumberRegister(database, policies, known)
    third_parties = ThirdPartyRegister(database, policies, known)
    return [
        people_routes.router(PreferenceRegister(database), consents),
        register_routes.number_routes(numbers, KnownRegister(database, numbers, consents)),
        register_routes.others_routes(RepresentativeRegister(database), third_parties),
    ]


def _conversations(
    database: Database, policies: Policies, engagement: Engagement, voice: Voice, accounts: Accounts
) -> list[APIRouter]:
    """Routes of conversations and of what follows from them."""
    promising, briefs = Promising(policies), Briefs(database, accounts, policies)
    telling = Telling(policies)
    scripts = Scripts(database, policies, voice, promising, telling)
    closing = Closing(policies, engagement, promising, telling)
    talks = Conversations(database, policies, briefs, scripts, closing)
    supervisors = SupervisorRequests(database, policies, promising)
    return [
        conversation_routes.router(briefs, scripts, talks),
        promise_routes.router(
            Commitments(database, policies), DisclosureList(database, policies), supervisors, Duties(database)
        ),
    ]


def build(settings: Settings) -> AssembledService:
    """The service contact. A template or policy file that is wrong keeps it from starting."""
    publish()
    metrics = Metrics(settings.service, settings.role)
    database = open_database(settings, TABLES)
    client, intake = httpx.AsyncClient(), ServiceClient("intake", settings)
    gateway = gateways(settings, client, Figures(metrics.registry))
    cases = UseCases(database, settings, Policies.load(settings.pack_overlay), gateway, HttpIntake(intake))
    parts = Parts(
        title="Forbear contact",
        routers=cases.routers,
        handlers=cases.handlers,
        workflows=[ContactCadence, MessageDelivery, PartyNumbers, RequestHandOver, OverrideRequest],
        activities=_activities(
            Activities(cases.delivery, cases.cadences, cases.numbers, cases.hand_over, cases.lapses)
        ),
        figures=[_unknown_senders(database, metrics), _stops_in_force(database, metrics)],
        closing=[client.aclose, intake.close],
        rebuild=REBUILD,
    )
    return AssembledService(settings, database, metrics, parts)


def gateways(settings: Settings, client: httpx.AsyncClient, figures: Figures) -> Gateways:
    """The gateways of the channels that are set up; without an address to come from there is no e-mail."""
    callback, tokens = settings.url_of("contact") + CALLBACK, ServiceTokens(settings, client)
    opt_out = OptOutLink(settings.public_url or settings.url_of("contact"))
    sender = Sender(settings.institution, settings.email_from, settings.letter_seal, opt_out.of)
    return Gateways(
        (
            kind(GatewayLine(settings.gateway_address(kind.channel), callback, tokens, client), sender)
            for kind in CHANNELS
            if kind.channel in settings.channels_set_up
        ),
        figures,
    )


def _activities(activities: Activities) -> list[Callable[..., Awaitable[object]]]:
    return [
        activities.deliver,
        activities.give_up,
        activities.learn_numbers,
        activities.learn_party,
        activities.advance_cadence,
        activities.hand_over_request,
        activities.give_up_request,
        activities.look_at_override,
    ]


def _unknown_senders(database: Database, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    gauge = Gauge(
        "forbear_contact_unknown_senders",
        "Replies from numbers that belong to no borrower",
        registry=metrics.registry,
    )

    async def refresh() -> None:
        async with database.read() as session:
            gauge.set(await count_webhooks(session, UNKNOWN_SENDER))

    return refresh


def _stops_in_force(database: Database, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    gauge = Gauge(
        "forbear_contact_stops_in_force",
        "Stops of outbound contact that nobody has lifted",
        ["scope"],
        registry=metrics.registry,
    )

    async def refresh() -> None:
        async with database.read() as session:
            found = await count_open(session)
        for scope in StopScope:
            gauge.labels(scope.value).set(found.get(scope.value, 0))

    return refresh
