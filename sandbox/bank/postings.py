"""Postings: a payment is booked once under its reference, and taken back by a reversal with a reference of its own."""

from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.bank import repository
from sandbox.bank.books import Books, Loan
from sandbox.bank.errors import BankRefusal, BankUnknown
from sandbox.bank.faults import FaultKind, take_in
from sandbox.bank.feeds import say
from sandbox.store import Tx
from services.common.contracts.events.bank import PaymentPosted
from services.common.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Posting:
    """A booked posting."""

    posting_id: int
    posting_ref: str
    loan: Loan


async def post_repayment(
    books: Books, tx: Tx, account_ref: str, amount: Money, posting_ref: str, value_date: date | None = None
) -> Posting:
    """Book a payment and put it into the feed. The same reference again is the same posting.

    `value_date` is when the money counts, today unless told otherwise; it may lie in the past, not in the future.
    BankRefusal when amount, currency or value date are wrong, or the reference belongs to another payment.
    """
    today = await books.business_date(tx)
    loan = await books.loan(tx, account_ref, lock=True)
    known = await repository.posting(tx, posting_ref=posting_ref)
    if known is not None:
        if known["loan_id"] != loan.loan_id or Money.of(known["amount"], loan.currency) != amount:
            raise BankRefusal("error.msg.transaction.externalId.already.used", "The reference names another posting.")
        return Posting(known["posting_id"], posting_ref, loan)
    if amount.currency != loan.currency or not amount.is_positive:
        raise BankRefusal("error.msg.transaction.amount.invalid", "Give a positive amount in the loan's currency.")
    value_date = value_date or today
    if value_date > today:
        raise BankRefusal("error.msg.transaction.date.in.future", "The value date is after the business date.")
    return await _book(books, tx, loan, amount, posting_ref, value_date, today, None)


async def reverse_posting(books: Books, tx: Tx, posting_ref: str) -> Posting:
    """Take a payment back. Reversing it again is the same reversal. BankRefusal for the reversal of a reversal."""
    today = await books.business_date(tx)
    paid = await repository.posting(tx, posting_ref=posting_ref)
    if paid is None:
        raise BankUnknown("error.msg.transaction.id.invalid", "There is no such transaction.")
    if paid["reverses"] is not None:
        raise BankRefusal("error.msg.transaction.not.reversible", "A reversal cannot be reversed.")
    loan = await books.loan_by_id(tx, paid["loan_id"], lock=True)
    reversal_ref = f"{posting_ref}-R"
    known = await repository.posting(tx, posting_ref=reversal_ref)
    if known is not None:
        return Posting(known["posting_id"], reversal_ref, loan)
    amount = Money.of(paid["amount"], loan.currency)
    return await _book(books, tx, loan, amount, reversal_ref, today, today, posting_ref)


async def _book(
    books: Books, tx: Tx, loan: Loan, amount: Money, ref: str, value_date: date, today: date, reverses: str | None
) -> Posting:
    posting_id = await repository.add_posting(tx, ref, loan.loan_id, loan.schedule, amount, value_date, today, reverses)
    twice = await take_in(tx, FaultKind.SEND_TWICE, loan)
    late = await take_in(tx, FaultKind.SEND_LATE, loan)
    event = PaymentPosted(
        account_ref=loan.account_ref,
        posting_ref=ref,
        amount=amount,
        value_date=value_date,
        booking_date=today,
        kind="payment" if reverses is None else "reversal",
        reverses=reverses,
    )
    await say(
        tx,
        event,
        ref,
        books.clock.now(),
        copies=2 if twice else 1,
        release_on=today + timedelta(days=late.days) if late else None,
    )
    return Posting(posting_id, ref, loan)
