"""Tables of plans, a file per subject, on the service's own registry."""

from services.common.runtime.assignees import case_assignee_table
from services.common.runtime.tables import runtime_tables
from services.plans.models.agreement import Agreement, AgreementDocument, SigningCode
from services.plans.models.authority import DelegationRow, PersonCare, StaffRelation
from services.plans.models.base import PlansTable
from services.plans.models.case import CaseDisclosure, Hold, JointDebtor, Negotiation, PlanCase, StatementOfMeansRow
from services.plans.models.evidence import (
    Checklist,
    Evidence,
    EvidenceCheck,
    EvidenceRequest,
    EvidenceReuse,
    EvidenceReview,
    EvidenceRevocation,
    PlanBasis,
)
from services.plans.models.flag import RegulatoryFlag
from services.plans.models.objection import Objection
from services.plans.models.offer import Activation, Offer
from services.plans.models.plan import Approval, Plan, PlanInstalment
from services.plans.models.refusal import Refusal

TABLES = runtime_tables(PlansTable.metadata)
case_assignee_table(PlansTable.metadata)

__all__ = [
    "TABLES",
    "Activation",
    "Agreement",
    "AgreementDocument",
    "Approval",
    "CaseDisclosure",
    "Checklist",
    "DelegationRow",
    "Evidence",
    "EvidenceCheck",
    "EvidenceRequest",
    "EvidenceReuse",
    "EvidenceReview",
    "EvidenceRevocation",
    "Hold",
    "JointDebtor",
    "Negotiation",
    "Objection",
    "Offer",
    "PersonCare",
    "Plan",
    "PlanBasis",
    "PlanCase",
    "PlanInstalment",
    "PlansTable",
    "Refusal",
    "RegulatoryFlag",
    "SigningCode",
    "StaffRelation",
    "StatementOfMeansRow",
]
