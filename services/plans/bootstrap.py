"""Wires the service: the only file that knows concrete adapters."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.common.banking.connection import CoreConnection
from services.common.banking.fineract import FineractBanking
from services.common.runtime.assembly import AssembledService, Parts, open_database
from services.common.runtime.caller import Caller
from services.common.runtime.key_ring import KeyRing
from services.common.runtime.metrics import Metrics
from services.common.runtime.one_time_codes import OneTimeCodes
from services.plans.activities import Activities
from services.plans.adapters.agreement_pdf import AgreementPrinter
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.adapters.examiner.client import Examiner
from services.plans.api import agreements, authority, evidence, means, offers, plans
from services.plans.consumers import handlers
from services.plans.models import TABLES
from services.plans.policies import load_policies
from services.plans.schemas.evidence import Swept
from services.plans.service.context import Context
from services.plans.service.evidence.sweeping import SweepEvidence
from services.plans.service.plans_service import PlansService
from services.plans.settings import Settings
from services.plans.workflows.negotiation import PlanNegotiation


class UseCases:
    """The use cases of plans on one database, with what listens to them."""

    def __init__(self, context: Context) -> None:
        self.service = PlansService(context)
        self.handlers = handlers(self.service)
        self.routers = [
            means.router(self.service),
            evidence.router(self.service),
            plans.router(self.service),
            authority.router(self.service),
            offers.router(self.service),
            agreements.router(self.service),
        ]
        self.activities = Activities(self.service)


async def sweep_evidence(settings: Settings, caller: Caller, age: timedelta) -> Swept:
    """Have the files and the ledger of evidence tidied up once."""
    database = open_database(settings, TABLES)
    try:
        files, zone = EvidenceStore.at(settings.evidence_place), ZoneInfo(settings.bank_time_zone)
        return await SweepEvidence(database, files, zone).sweep(caller, age)
    finally:
        await database.close()


def build(settings: Settings) -> AssembledService:
    """The service plans."""
    database = open_database(settings, TABLES)
    connection, examiner = CoreConnection(settings), Examiner()
    use_cases = UseCases(
        Context(
            database=database,
            policies=load_policies(settings.pack_overlay),
            zone=ZoneInfo(settings.bank_time_zone),
            core=FineractBanking(connection.client, settings.core_tenant),
            files=EvidenceStore.at(settings.evidence_place),
            examiner=examiner,
            codes=OneTimeCodes(KeyRing.parse(settings.payload_keys.get_secret_value())),
            printer=AgreementPrinter(),
            institution=settings.institution,
        )
    )
    activities = use_cases.activities
    return AssembledService(
        settings,
        database,
        Metrics(settings.service, settings.role),
        Parts(
            title="Forbear plans: what the bank will agree to",
            routers=use_cases.routers,
            handlers=use_cases.handlers,
            workflows=[PlanNegotiation],
            activities=[activities.look_at_negotiation, activities.activate_in_core, activities.give_activation_up],
            closing=[connection.close, examiner.close],
        ),
    )
