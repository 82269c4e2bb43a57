"""Which events a measure asks for, and what it keeps of each."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from services.common.contracts.envelope import Event, EventPayload
from services.common.contracts.events import agreements, bank, cases, contacts, plans, tasks
from services.common.kernel.money import Money

P = TypeVar("P", bound=EventPayload)
Row = dict[str, Any]
Kept = Mapping[str, Row]
"""Rows by what they are of: `happening`, `case`, `standing`."""

_KEPT: dict[str, tuple[type[EventPayload], Callable[[Any, Event], Kept]]] = {}


def _of(payload: type[P]) -> Callable[[Callable[[P, Event], Kept]], Callable[[P, Event], Kept]]:
    def register(keep: Callable[[P, Event], Kept]) -> Callable[[P, Event], Kept]:
        _KEPT[payload.type] = (payload, keep)
        return keep

    return register


def observed_types() -> frozenset[str]:
    """The types of events that are kept."""
    return frozenset(_KEPT)


def observed_topics() -> frozenset[str]:
    """Their topics."""
    return frozenset(payload.topic for payload, _ in _KEPT.values())


def kept_of(event: Event) -> Kept:
    """What is kept of an event. ValueError (pydantic's) when the payload is not of its shape."""
    payload_class, keep = _KEPT[event.type]
    return keep(payload_class.model_validate_json(event.body), event)


def _happening(event: Event, kind: str, *, tag: str = "", **more: Any) -> Kept:
    row = {"source": event.source, "event_id": event.id, "kind": kind, "tag": tag, "at": event.time}
    return {"happening": row | {name: value for name, value in more.items() if value is not None}}


def _money(amount: Money) -> Row:
    return {"amount": amount.amount, "currency": amount.currency}


# -- cases -----------------------------------------------------------------------------------------------------------


@_of(cases.CaseOpened)
def _opened(said: cases.CaseOpened, event: Event) -> Kept:
    row = {"case_id": said.case_id, "opened_at": said.opened_at, "account_ref": said.account_ref}
    return {**_happening(event, "case_opened", tag=said.origin, case_id=said.case_id), "case": row}


@_of(cases.CaseTriaged)
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


@_of(cases.CaseAssigned)
def _assigned(said: cases.CaseAssigned, event: Event) -> Kept:
    return {"case": {"case_id": said.case_id, "agent": said.assignee, "assigned_at": event.time}}


@_of(cases.CareChanged)
def _care(said: cases.CareChanged, event: Event) -> Kept:
    row = {"case_id": said.case_id, "with_care": bool(said.care)}
    return {**_happening(event, "care_changed", tag="care" if said.care else "", case_id=said.case_id), "case": row}


@_of(cases.CaseClosed)
def _closed(said: cases.CaseClosed, event: Event) -> Kept:
    row = {"case_id": said.case_id, "closed_at": said.closed_at}
    return {**_happening(event, "case_closed", tag=said.reason, case_id=said.case_id), "case": row}


@_of(cases.ReliefRequested)
def _requested(said: cases.ReliefRequested, event: Event) -> Kept:
    # What is asked for under an agreement is no further beginning of a negotiation.
    kind = "relief_requested" if said.agreement_id is None else "renegotiation_requested"
    return _happening(event, kind, tag=said.request_type, case_id=said.case_id, number=said.round)


# -- contacts --------------------------------------------------------------------------------------------------------


@_of(contacts.AttemptRecorded)
def _attempt(said: contacts.AttemptRecorded, event: Event) -> Kept:
    reached = "right_party" if said.right_party else "connected" if said.connected else "not_connected"
    return _happening(event, "attempt", tag=reached, case_id=said.case_id, ref=said.outcome, channel=said.channel)


@_of(contacts.RightPartyContactRecorded)
def _right_party(said: contacts.RightPartyContactRecorded, event: Event) -> Kept:
    return _happening(event, "rpc", case_id=said.case_id, number=said.round)


@_of(contacts.PromiseMade)
def _promised(said: contacts.PromiseMade, event: Event) -> Kept:
    return _happening(event, "promise_made", case_id=said.case_id, ref=str(said.promise_id), **_money(said.amount))


@_of(contacts.MessageSent)
def _sent(said: contacts.MessageSent, event: Event) -> Kept:
    return _happening(event, "message_sent", tag=said.purpose, case_id=said.case_id, ref=str(said.message_id))


@_of(contacts.MessageRefused)
def _refused(said: contacts.MessageRefused, event: Event) -> Kept:
    return _happening(event, "message_refused", tag=said.rule, case_id=said.case_id, ref=str(said.message_id))


@_of(contacts.MessageUnreachable)
def _unreachable(said: contacts.MessageUnreachable, event: Event) -> Kept:
    return _happening(event, "message_unreachable", tag=said.purpose, case_id=said.case_id, ref=str(said.message_id))


# -- plans -----------------------------------------------------------------------------------------------------------


def _evidence(kind: str) -> Callable[[plans.ChecklistEvent, Event], Kept]:
    return lambda said, event: _happening(event, kind, case_id=said.case_id, ref=str(said.checklist_id))


def _plan(kind: str) -> Callable[[plans.PlanEvent, Event], Kept]:
    return lambda said, event: _happening(
        event, kind, case_id=said.case_id, ref=f"{said.plan_id}/{said.version}", number=said.round
    )


for _type, _kind in (
    (plans.EvidenceReceived, "evidence_received"),
    (plans.EvidenceVerified, "evidence_verified"),
    (plans.EvidenceNeedsMore, "evidence_needs_more"),
    (plans.EvidenceRejected, "evidence_rejected"),
):
    _of(_type)(_evidence(_kind))
for _version, _step in (
    (plans.PlanSubmitted, "plan_submitted"),
    (plans.PlanApproved, "plan_approved"),
    (plans.PlanReturned, "plan_returned"),
    (plans.PlanRejected, "plan_rejected"),
    (plans.AgreementSigned, "agreement_signed"),
):
    _of(_version)(_plan(_step))


@_of(plans.PlanActivated)
def _activated(said: plans.PlanActivated, event: Event) -> Kept:
    ref = str(said.agreement_id)
    return _happening(
        event, "activated", tag=said.relief_type, case_id=said.case_id, ref=ref, number=said.round, **_money(said.total)
    )


@_of(plans.PlanActivationRefused)
def _activation_refused(said: plans.PlanActivationRefused, event: Event) -> Kept:
    return _happening(event, "activation_refused", tag=said.reason_code, case_id=said.case_id)


# -- agreements ------------------------------------------------------------------------------------------------------


@_of(agreements.InstalmentPaid)
def _paid(said: agreements.InstalmentPaid, event: Event) -> Kept:
    ref = str(said.agreement_id)
    return _happening(event, "instalment_paid", case_id=said.case_id, ref=ref, number=said.number)


@_of(agreements.InstalmentMissed)
def _missed(said: agreements.InstalmentMissed, event: Event) -> Kept:
    ref = str(said.agreement_id)
    return _happening(event, "instalment_missed", case_id=said.case_id, ref=ref, number=said.number)


def _agreement(kind: str) -> Callable[[agreements.AgreementEvent, Event], Kept]:
    return lambda said, event: _happening(event, kind, case_id=said.case_id, ref=str(said.agreement_id))


for _ended, _end in (
    (agreements.AgreementBroken, "agreement_broken"),
    (agreements.AgreementCompleted, "agreement_completed"),
    (agreements.AgreementRecovered, "agreement_recovered"),
    (agreements.AgreementReopened, "agreement_reopened"),
):
    _of(_ended)(_agreement(_end))


def _promise(kind: str, tag: str, said: agreements.PromiseEvent, event: Event) -> Kept:
    received = said.paid_in_time.amount
    return _happening(
        event, kind, tag=tag, case_id=said.case_id, ref=str(said.promise_id), received=received, **_money(said.promised)
    )


@_of(agreements.PromiseKept)
def _promise_kept(said: agreements.PromiseKept, event: Event) -> Kept:
    return _promise("promise_due", "kept", said, event)


@_of(agreements.PromiseBroken)
def _promise_broken(said: agreements.PromiseBroken, event: Event) -> Kept:
    return _promise("promise_due", "partly" if said.partly else "broken", said, event)


@_of(agreements.AccountCured)
def _cured(said: agreements.AccountCured, event: Event) -> Kept:
    return _happening(event, "cured", case_id=said.case_id, account_ref=said.account_ref)


# -- tasks -----------------------------------------------------------------------------------------------------------


@_of(tasks.TaskOpened)
def _task(said: tasks.TaskOpened, event: Event) -> Kept:
    return _happening(
        event, "task_opened", tag=said.kind, case_id=said.case_id, ref=str(said.task_id), until=said.deadline
    )


@_of(tasks.TaskClosed)
def _task_closed(said: tasks.TaskClosed, event: Event) -> Kept:
    return _happening(event, "task_closed", tag=said.outcome, case_id=said.case_id, ref=str(said.task_id))


# -- the bank --------------------------------------------------------------------------------------------------------


@_of(bank.PaymentPosted)
def _posted(said: bank.PaymentPosted, event: Event) -> Kept:
    return _happening(event, said.kind, account_ref=said.account_ref, ref=said.posting_ref, **_money(said.amount))


def _standing(said: bank.AccountEvent, as_of: date, days: int, balance: Money) -> Kept:
    row = {
        "account_ref": said.account_ref,
        "month": as_of.replace(day=1),
        "as_of": as_of,
        "days_past_due": days,
        "balance": balance.amount,
        "currency": balance.currency,
    }
    return {"standing": row}


@_of(bank.DelinquencyReported)
def _delinquent(said: bank.DelinquencyReported, _: Event) -> Kept:
    return _standing(said, said.as_of, max(0, (said.as_of - said.oldest_unpaid_due_date).days), said.balance)


@_of(bank.AccountRestored)
def _restored(said: bank.AccountRestored, _: Event) -> Kept:
    return _standing(said, said.as_of, 0, said.balance)


__all__ = ["Kept", "kept_of", "observed_topics", "observed_types"]
