"""What is kept of agreements, promises and accounts, as the bank's postings judge them."""

from collections.abc import Callable

from services.common.contracts.envelope import Event
from services.common.contracts.events import agreements
from services.followup.service.happenings.keeping import Kept, amount_of, happening, keeps


@keeps(agreements.InstalmentPaid)
def _paid(said: agreements.InstalmentPaid, event: Event) -> Kept:
    ref = str(said.agreement_id)
    return happening(event, "instalment_paid", case_id=said.case_id, ref=ref, number=said.number)


@keeps(agreements.InstalmentMissed)
def _missed(said: agreements.InstalmentMissed, event: Event) -> Kept:
    ref = str(said.agreement_id)
    return happening(event, "instalment_missed", case_id=said.case_id, ref=ref, number=said.number)


def _agreement(kind: str) -> Callable[[agreements.AgreementEvent, Event], Kept]:
    return lambda said, event: happening(event, kind, case_id=said.case_id, ref=str(said.agreement_id))


for _ended, _end in (
    (agreements.AgreementBroken, "agreement_broken"),
    (agreements.AgreementCompleted, "agreement_completed"),
    (agreements.AgreementRecovered, "agreement_recovered"),
    (agreements.AgreementReopened, "agreement_reopened"),
):
    keeps(_ended)(_agreement(_end))


def _promise(kind: str, tag: str, said: agreements.PromiseEvent, event: Event) -> Kept:
    received = said.paid_in_time.amount
    return happening(
        event,
        kind,
        tag=tag,
        case_id=said.case_id,
        ref=str(said.promise_id),
        received=received,
        **amount_of(said.promised),
    )


@keeps(agreements.PromiseKept)
def _promise_kept(said: agreements.PromiseKept, event: Event) -> Kept:
    return _promise("promise_due", "kept", said, event)


@keeps(agreements.PromiseBroken)
def _promise_broken(said: agreements.PromiseBroken, event: Event) -> Kept:
    return _promise("promise_due", "partly" if said.partly else "broken", said, event)


@keeps(agreements.FeedbackRequested)
def _feedback_requested(said: agreements.FeedbackRequested, event: Event) -> Kept:
    return happening(event, "feedback_requested", tag=said.stage, case_id=said.case_id, ref=str(said.feedback_id))


@keeps(agreements.FeedbackGiven)
def _feedback_given(said: agreements.FeedbackGiven, event: Event) -> Kept:
    return happening(event, "feedback_given", tag=str(said.score), case_id=said.case_id, ref=str(said.feedback_id))


@keeps(agreements.AccountCured)
def _cured(said: agreements.AccountCured, event: Event) -> Kept:
    return happening(event, "cured", case_id=said.case_id, account_ref=said.account_ref)
