"""Wires the service: the only file that knows concrete adapters."""

from zoneinfo import ZoneInfo

import httpx

from services.common.banking.fineract import FineractBanking
from services.common.runtime.assembly import AssembledService, Parts, open_database
from services.common.runtime.metrics import Metrics
from services.plans.activities import Activities
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.api import evidence, means, offers, plans
from services.plans.consumers import handlers
from services.plans.models import TABLES
from services.plans.policies import load_policies
from services.plans.service.context import Context
from services.plans.service.plans_service import PlansService
from services.plans.settings import Settings
from services.plans.workflows.negotiation import PlanNegotiation

CORE_TIMEOUT = httpx.Timeout(10.0, connect=2.0)


def build(settings: Settings) -> AssembledService:
    """The service with its parts."""
    database = open_database(settings, TABLES)
    core = httpx.AsyncClient(base_url=settings.core_url, timeout=CORE_TIMEOUT)
    service = PlansService(
        Context(
            database=database,
            policies=load_policies(),
            zone=ZoneInfo(settings.bank_time_zone),
            core=FineractBanking(core, settings.core_tenant),
            files=EvidenceStore.local(settings.evidence_folder),
        )
    )
    activities = Activities(service)
    return AssembledService(
        settings,
        database,
        Metrics(settings.service, settings.role),
        Parts(
            title="Forbear plans: what the bank will agree to",
            routers=[means.router(service), evidence.router(service), plans.router(service), offers.router(service)],
            handlers=handlers(service),
            workflows=[PlanNegotiation],
            activities=[activities.look_at_negotiation, activities.activate_in_core, activities.give_activation_up],
            closing=[core.aclose],
        ),
    )
