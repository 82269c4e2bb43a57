"""What every use case of plans has at hand, and who may see and do what."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.banking.port import CoreBanking
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Forbidden
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.common.runtime.one_time_codes import OneTimeCodes
from services.plans.adapters.agreement_pdf import AgreementPrinter
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.adapters.examiner.client import Examiner
from services.plans.policies import Policies
from services.plans.repository.access import Seen

NEGOTIATORS: Final = frozenset({"agent", "senior_agent", "supervisor", "manager"})
READERS: Final = frozenset(ROLES)
# Those who negotiate, and those who decide on what rests on the evidence.
JUDGES_OF_EVIDENCE: Final = NEGOTIATORS | {"committee"}
BORROWER: Final = "borrower:"
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the policies, the bank's time zone, the core, the store of evidence files and who looks into them,
    the codes that agreements are signed with, what prints them, and the name of the institution, which is part of the
    ids of its borrowers."""

    database: Database
    policies: Policies
    zone: ZoneInfo
    core: CoreBanking
    files: EvidenceStore
    examiner: Examiner
    codes: OneTimeCodes
    printer: AgreementPrinter
    institution: str

    def day(self, now: datetime) -> date:
        """The bank's day of an instant."""
        return local_day(now, self.zone)

    def borrower_of(self, caller: Caller) -> UUID | None:
        """The id of the borrower or joint debtor for whom a portal acts; None when it is for nobody of these.

        The portal names the person by our id or by the bank's reference; one in the form of an id is taken for an id.
        """
        acting_for = caller.acting_for or ""
        if not acting_for.startswith(BORROWER):
            return None
        named = acting_for.removeprefix(BORROWER)
        if not named:
            raise _for_no_borrower()
        return UUID(named) if _ID.fullmatch(named) else business_uuid("borrower", self.institution, named)

    def seen_by(self, caller: Caller) -> Seen:
        """What of the cases the caller may see."""
        return Seen(caller.sees_all, caller.person, self.borrower_of(caller))


def require_negotiator_or_borrower(caller: Caller) -> None:
    """Raise `Forbidden` unless a person of the bank asks, or a service for the borrower."""
    if "system" in caller.roles:
        if not (caller.acting_for or "").startswith(BORROWER):
            raise _for_no_borrower()
        return
    caller.require_any(NEGOTIATORS)


def _for_no_borrower() -> Forbidden:
    return Forbidden("a service asks this only for a borrower: X-Acting-For: borrower:<reference>")


def channel_of(caller: Caller) -> str:
    """How the borrower's word reached us: by own hand, or recorded by a person of the bank."""
    return "portal" if (caller.acting_for or "").startswith(BORROWER) else "recorded"
