"""What a borrower's portal is shown of the bank's people: the role in which they acted, never who they are."""

from services.common.runtime.caller import Caller
from services.plans.schemas.agreements import VersionView
from services.plans.schemas.evidence import EvidenceView
from services.plans.schemas.means import StatementView
from services.plans.schemas.plans import DecisionView, PlanSummary, PlanView
from services.plans.service.context import BORROWER, channel_of

STAFF = "staff"
"""Somebody of the bank whose role is not kept with what they did."""


def plan_for(caller: Caller, view: PlanView) -> PlanView:
    """A version for one who asks. What those who decide write to those who draft is theirs alone."""
    if not _portal(caller):
        return view
    return view.model_copy(
        update={
            "proposed_by": STAFF,
            "signatures": [
                one.model_copy(update={"given_by": one.given_by and one.authority}) for one in view.signatures
            ],
            "decisions": [_decision(one) for one in view.decisions],
        }
    )


def summary_for(caller: Caller, view: PlanSummary) -> PlanSummary:
    """The same, in a list."""
    return view.model_copy(update={"proposed_by": STAFF}) if _portal(caller) else view


def version_for(caller: Caller, view: VersionView) -> VersionView:
    """The same, in the history of a plan."""
    return view.model_copy(update={"proposed_by": STAFF}) if _portal(caller) else view


def statement_for(caller: Caller, view: StatementView) -> StatementView:
    """A statement of means for one who asks."""
    return view.model_copy(update={"taken_by": STAFF}) if _portal(caller) else view


def document_for(caller: Caller, view: EvidenceView) -> EvidenceView:
    """A document for one who asks: a borrower sees which were handed in by a debtor's own hand."""
    if not _portal(caller) or view.uploaded_by.startswith(BORROWER):
        return view
    return view.model_copy(update={"uploaded_by": STAFF})


def _decision(view: DecisionView) -> DecisionView:
    line = view.part is None or view.part.startswith("approver")
    role = view.decided_by and (view.needed_level if line else view.part)
    return view.model_copy(update={"decided_by": role, "on_behalf_of": None, "comment": None})


def _portal(caller: Caller) -> bool:
    return channel_of(caller) == "portal"
