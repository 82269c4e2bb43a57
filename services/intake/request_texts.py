"""What borrowers may ask for, and what they attest, in words."""

from services.intake.schemas.base import RequestType

REQUEST_TYPES: dict[RequestType, tuple[str, str]] = {
    "DELAY": ("延期还款", "to pay later"),
    "RESCHEDULE": ("重新安排还款计划", "another schedule"),
    "REDUCE": ("降低每期还款", "smaller payments"),
    "WAIVE": ("减免利息或费用", "interest or fees to be waived"),
    "SETTLE": ("协商结清", "to settle the debt"),
    "DISPUTE": ("对债务提出异议", "to dispute the debt"),
    "DEBT_PLAN": ("与多家债权人的统一还款安排", "one plan for the debts to several lenders"),
    "REFINANCE": ("新贷款或再融资", "new credit or refinancing"),
}

ATTESTED_VERSION = "attested-1"
ATTESTED = (
    "据我所知，以上收入、支出和债务属实且完整；如有变化，我会告知银行。",
    "As far as I know, this statement of income, outgoings and debts is true and complete; I will tell you of changes.",
)
