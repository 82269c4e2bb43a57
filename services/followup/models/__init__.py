"""Tables of followup, a file for each subject."""

from services.common.runtime.assignees import case_assignee_table
from services.common.runtime.tables import runtime_tables
from services.followup.models.agreements import Agreement, EndedCase, Instalment
from services.followup.models.base import FollowupTable
from services.followup.models.check_ins import CheckIn
from services.followup.models.clocks import RegulatoryClock
from services.followup.models.credit_disputes import CreditDispute
from services.followup.models.ends import CaseEnd, ClosingLetter, LegalHold, TriagedCase
from services.followup.models.feedback import Feedback, ImprovementAction, PolicyChange
from services.followup.models.holds import CaseDebtor, HoldFact
from services.followup.models.measures import Happening, MeasuredCase, MonthStanding
from services.followup.models.postings import (
    ClosedDay,
    Closing,
    PaymentFile,
    PostingRow,
    StatementPage,
    UnmatchedPosting,
)
from services.followup.models.programmes import ReliefProgramme, Screening
from services.followup.models.promises import PromiseRow
from services.followup.models.renegotiations import Renegotiation
from services.followup.models.summaries import CrmSummary

METADATA = FollowupTable.metadata
case_assignee_table(METADATA)
TABLES = runtime_tables(METADATA)

__all__ = [
    "METADATA", "TABLES", "Agreement", "CaseDebtor", "CaseEnd", "CheckIn", "ClosedDay", "Closing", "ClosingLetter",
    "CreditDispute", "CrmSummary", "EndedCase", "Feedback", "Happening", "HoldFact", "ImprovementAction",
    "Instalment", "LegalHold", "MeasuredCase", "MonthStanding", "PaymentFile", "PolicyChange", "PostingRow",
    "PromiseRow", "RegulatoryClock", "ReliefProgramme", "Renegotiation", "Screening", "StatementPage", "TriagedCase",
    "UnmatchedPosting",
]  # fmt: skip
