"""What is kept of cases."""

from services.common.contracts.envelope import Event
from services.common.contracts.events import cases
from services.followup.service.happenings.keeping import Kept, happening, keeps


@keeps(cases.CaseOpened)
def _opened(said: cases.CaseOpened, event: Event) -> Kept:
    row = {"case_id": said.case_id, "opened_at": said.opened_at, "account_ref": said.account_ref}
    return {**happening(event, "case_opened", tag=said.origin, case_id=said.case_id), "case": row}


@keeps(cases.CaseTriaged)
def _triaged(said: cases.CaseTriaged, event: Event) -> Kept:
    row = {
        "case_id": said.case_id,
        "account_ref": said.account_ref,
        "triaged_at": event.time,
        "pack": said.pack,
        "product": said.product,
        "portfolio": said.portfolio,
        "bucket": said.bucket,
        "balance": said.balance.amount,
        "currency": said.balance.currency,
    }
    return {"case": row}


@keeps(cases.CaseAssigned)
def _assigned(said: cases.CaseAssigned, event: Event) -> Kept:
    return {"case": {"case_id": said.case_id, "agent": said.assignee, "assigned_at": event.time}}


@keeps(cases.CareChanged)
def _care(said: cases.CareChanged, event: Event) -> Kept:
    row = {"case_id": said.case_id, "with_care": bool(said.care)}
    return {**happening(event, "care_changed", tag="care" if said.care else "", case_id=said.case_id), "case": row}


@keeps(cases.CaseClosed)
def _closed(said: cases.CaseClosed, event: Event) -> Kept:
    row = {"case_id": said.case_id, "closed_at": said.closed_at}
    return {**happening(event, "case_closed", tag=said.reason, case_id=said.case_id), "case": row}


@keeps(cases.ReliefRequested)
def _requested(said: cases.ReliefRequested, event: Event) -> Kept:
    # What is asked for under an agreement is no further beginning of a negotiation.
    kind = "relief_requested" if said.agreement_id is None else "renegotiation_requested"
    return happening(event, kind, tag=said.request_type, case_id=said.case_id, number=said.round)
