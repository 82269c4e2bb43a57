"""Both sides gain by a plan: the borrower by what is affordable (OPT-04), the lender by what it is worth."""

from datetime import date

from services.plans.domain.agreement import lender_gains
from services.plans.domain.catalogue import ReliefType
from services.plans.refusals import LenderLoses
from services.plans.schemas.base import PlanTermsRecord
from services.plans.service.context import Context


def require_gain(context: Context, relief: ReliefType, terms: PlanTermsRecord, day: date) -> None:
    """Raise `LenderLoses` when the payments are worth too little to the lender. A settlement has a floor of its own."""
    floor = context.policies.agreements(day).present_value_floor_percent
    if relief is not ReliefType.SETTLE and not lender_gains(terms.comparison.diminished_percent, floor):
        lost = terms.comparison.diminished_percent
        raise LenderLoses(f"the plan would lose {lost} percent of what going on is worth", rules=["GAIN-01"])
