"""What is kept of what the bank says: postings, and how accounts stand."""

from datetime import date

from services.common.contracts.envelope import Event
from services.common.contracts.events import bank
from services.common.kernel.money import Money
from services.followup.service.happenings.keeping import Kept, amount_of, happening, keeps


@keeps(bank.PaymentPosted)
def _posted(said: bank.PaymentPosted, event: Event) -> Kept:
    return happening(event, said.kind, account_ref=said.account_ref, ref=said.posting_ref, **amount_of(said.amount))


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


@keeps(bank.DelinquencyReported)
def _delinquent(said: bank.DelinquencyReported, _: Event) -> Kept:
    return _standing(said, said.as_of, max(0, (said.as_of - said.oldest_unpaid_due_date).days), said.balance)


@keeps(bank.AccountRestored)
def _restored(said: bank.AccountRestored, _: Event) -> Kept:
    return _standing(said, said.as_of, 0, said.balance)
