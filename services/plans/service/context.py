"""What every use case of plans has at hand, and who may do what."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.common.banking.port import CoreBanking
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Forbidden
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.policies import Policies

NEGOTIATORS: Final = frozenset({"agent", "senior_agent", "supervisor", "manager"})
READERS: Final = frozenset(ROLES)
# Those who negotiate, and those who decide on what rests on the evidence.
JUDGES_OF_EVIDENCE: Final = NEGOTIATORS | {"committee"}
BORROWER: Final = "borrower:"


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the policies, the bank's time zone, the core, and the store of evidence files."""

    database: Database
    policies: Policies
    zone: ZoneInfo
    core: CoreBanking
    files: EvidenceStore

    def day(self, now: datetime) -> date:
        """The bank's day of an instant."""
        return local_day(now, self.zone)


def require_negotiator_or_borrower(caller: Caller) -> None:
    """Raise `Forbidden` unless a person of the bank asks, or a service for the borrower."""
    if "system" in caller.roles:
        if not (caller.acting_for or "").startswith(BORROWER):
            raise Forbidden("a service asks this only for a borrower: X-Acting-For: borrower:<reference>")
        return
    caller.require_any(NEGOTIATORS)


def channel_of(caller: Caller) -> str:
    """How the borrower's word reached us: by own hand, or recorded by a person of the bank."""
    return "portal" if (caller.acting_for or "").startswith(BORROWER) else "recorded"
