"""What is kept of evidence, plans and agreements that begin."""

from collections.abc import Callable
from decimal import Decimal

from services.common.contracts.envelope import Event
from services.common.contracts.events import evidence, plans
from services.followup.service.happenings.keeping import Kept, amount_of, happening, keeps


def _evidence(kind: str) -> Callable[[evidence.ChecklistEvent, Event], Kept]:
    return lambda said, event: happening(event, kind, case_id=said.case_id, ref=str(said.checklist_id))


def _plan(kind: str) -> Callable[[plans.PlanEvent, Event], Kept]:
    return lambda said, event: happening(
        event, kind, case_id=said.case_id, ref=f"{said.plan_id}/{said.version}", number=said.round
    )


for _type, _kind in (
    (evidence.EvidenceReceived, "evidence_received"),
    (evidence.EvidenceVerified, "evidence_verified"),
    (evidence.EvidenceNeedsMore, "evidence_needs_more"),
    (evidence.EvidenceRejected, "evidence_rejected"),
):
    keeps(_type)(_evidence(_kind))
for _version, _step in (
    (plans.PlanSubmitted, "plan_submitted"),
    (plans.PlanApproved, "plan_approved"),
    (plans.PlanRejected, "plan_rejected"),
    (plans.AgreementSigned, "agreement_signed"),
):
    keeps(_version)(_plan(_step))


@keeps(plans.PlanReturned)
def _returned(said: plans.PlanReturned, event: Event) -> Kept:
    # What a proposer takes back was returned by nobody.
    return _plan("plan_withdrawn" if said.withdrawn else "plan_returned")(said, event)


@keeps(plans.PlanActivated)
def _activated(said: plans.PlanActivated, event: Event) -> Kept:
    more = amount_of(said.total) | {"ref": str(said.agreement_id), "number": said.round, "headroom": _headroom(said)}
    conceded = said.conceded.amount if said.conceded else None
    return happening(event, "activated", tag=said.relief_type, case_id=said.case_id, conceded=conceded, **more)


def _headroom(said: plans.PlanActivated) -> Decimal | None:
    """What a plan leaves of what is affordable, in percent."""
    if said.affordable is None or said.highest_payment is None or not said.affordable.is_positive:
        return None
    left = said.affordable - said.highest_payment
    return round(left.amount * 100 / said.affordable.amount, 4)


@keeps(plans.PlanActivationRefused)
def _activation_refused(said: plans.PlanActivationRefused, event: Event) -> Kept:
    return happening(event, "activation_refused", tag=said.reason_code, case_id=said.case_id)
