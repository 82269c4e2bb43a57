"""Topics of the bank: delinquency, payments and accounts, keyed by account. Personal data is asked for over HTTPS."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from services.common.contracts.envelope import EventPayload
from services.common.kernel.money import Money

DELINQUENCY = "bank.delinquency"
PAYMENTS = "bank.payments"
ACCOUNTS = "bank.accounts"


class AccountEvent(EventPayload):
    """An event about one account of the bank."""

    account_ref: str

    def key(self) -> str:
        return self.account_ref


class DelinquencyReported(AccountEvent):
    """An account is past due, as of the end of a business day.

    `limitation_from` is the day from which the time counts in which the debt can be claimed in court, where the bank
    knows it.
    """

    type: ClassVar[str] = "bank.delinquency.reported.v1"
    topic: ClassVar[str] = DELINQUENCY
    borrower_ref: str
    product: str
    portfolio: str | None = None
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date
    as_of: date
    limitation_from: date | None = None


class PaymentPosted(AccountEvent):
    """A posting on an account: a payment, its reversal, or the return of a direct debit."""

    type: ClassVar[str] = "bank.payment.posted.v1"
    topic: ClassVar[str] = PAYMENTS
    posting_ref: str = Field(min_length=1)
    amount: Money
    value_date: date
    booking_date: date
    kind: Literal["payment", "reversal", "return"]
    reverses: str | None = None


class DayClosed(EventPayload):
    """All postings of `business_date` on this partition have been said."""

    type: ClassVar[str] = "bank.day.closed.v1"
    topic: ClassVar[str] = PAYMENTS
    business_date: date

    def key(self) -> str:
        return "day-closed"


class AccountRestored(AccountEvent):
    """The arrears of an account are gone."""

    type: ClassVar[str] = "bank.account.cured.v1"
    topic: ClassVar[str] = ACCOUNTS
    as_of: date
    arrears: Money
    balance: Money
