"""Tables of intake, a file per subject, on the service's own registry. Personal values are encrypted columns."""

from services.common.runtime.tables import runtime_tables
from services.intake.models.attestation import Attestation
from services.intake.models.base import IntakeTable
from services.intake.models.benefits import BenefitsCheck
from services.intake.models.borrowers import Borrower
from services.intake.models.bulk import BulkHold, BulkHoldAccount, BulkHoldItem
from services.intake.models.cases import Assignment, CaseHistory, CaseTransition, CollectionsCase
from services.intake.models.clocks import StatutoryClock
from services.intake.models.form import FormEntry
from services.intake.models.holds import HOLD_KIND, PlacedHold
from services.intake.models.imports import ImportRun, ImportStage
from services.intake.models.interest import InterestStop
from services.intake.models.parked import ParkedEvent
from services.intake.models.people import Party, VulnerabilityFlag
from services.intake.models.records import Note, ReliefRequest

TABLES = runtime_tables(IntakeTable.metadata)

__all__ = [
    "HOLD_KIND",
    "TABLES",
    "Assignment",
    "Attestation",
    "BenefitsCheck",
    "Borrower",
    "BulkHold",
    "BulkHoldAccount",
    "BulkHoldItem",
    "CaseHistory",
    "CaseTransition",
    "CollectionsCase",
    "FormEntry",
    "ImportRun",
    "ImportStage",
    "IntakeTable",
    "InterestStop",
    "Note",
    "ParkedEvent",
    "Party",
    "PlacedHold",
    "ReliefRequest",
    "StatutoryClock",
    "VulnerabilityFlag",
]
