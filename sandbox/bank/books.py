"""The bank's books: its business day, and one account read as a whole."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.bank import account_repository as accounts
from sandbox.bank import repository
from sandbox.bank.accrual import without_paused
from sandbox.bank.delinquency import Pause
from sandbox.bank.errors import BankUnknown
from sandbox.bank.ledger import Standing, standing
from sandbox.bank.schedule import Installment
from sandbox.store import Store, Tx
from services.common.kernel.clock import Clock, local_day
from services.common.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan's fixed facts, the version of its schedule that is in force, and whether a fault was in force for it."""

    loan_id: int
    account_ref: str
    client_id: int
    borrower_ref: str
    product: str
    currency: str
    principal: Money
    annual_rate: Decimal
    schedule: int
    range_said: int
    has_faults: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A loan with what its standing is computed from, as they were at one instant."""

    loan: Loan
    schedule: list[Installment]
    paid: Money
    pauses: list[Pause]

    def standing(self, today: date) -> Standing:
        """Where the account stands on `today`."""
        return standing(self.schedule, self.paid, today)


_LOAN_FIELDS = tuple(field.name for field in fields(Loan))


@dataclass(frozen=True, slots=True)
class Books:
    """What every act of the bank needs: its database, its clock and where its day begins."""

    store: Store
    clock: Clock
    zone: str

    async def business_date(self, tx: Tx) -> date:
        """The open business day: the clock's day, or the day after the last closed one when that is later.

        Holds the day: postings share it, its close takes it alone, so no posting falls behind the close of its day.
        """
        return self._open_day(await repository.closed_through(tx, alone=False))

    async def loan(self, tx: Tx, account_ref: str, *, lock: bool = False) -> Loan:
        """A loan by the reference that other systems know. BankUnknown.

        Whoever locks it holds the day already, as the end of day does: the other order would wait in a circle.
        """
        return _loan(await accounts.loan(tx, account_ref=account_ref, lock=lock))

    async def loan_by_id(self, tx: Tx, loan_id: int, *, lock: bool = False) -> Loan:
        """A loan by the bank's own number, to be locked like any other. BankUnknown."""
        return _loan(await accounts.loan(tx, loan_id=loan_id, lock=lock))

    async def account(
        self, tx: Tx, *, account_ref: str | None = None, loan_id: int | None = None
    ) -> tuple[Account, date]:
        """An account by reference or number, and the open business day at the same instant; holds neither. BankUnknown.

        What it shows can still be changed, unless the caller has locked the loan before.
        """
        row = _known(await accounts.account(tx, account_ref=account_ref, loan_id=loan_id))
        return _account(row), self._open_day(row["closed_through"])

    async def accounts_to_look_at(self, tx: Tx, day: date) -> list[Account]:
        """The accounts whose delinquency may change at the close of `day`, locked, by one who holds the day alone."""
        return [_account(row) for row in await accounts.accounts_to_look_at(tx, day)]

    def _open_day(self, closed_through: date | None) -> date:
        today = local_day(self.clock.now(), self.zone)
        return today if closed_through is None else max(today, closed_through + timedelta(days=1))


def _account(row: Any) -> Account:
    loan = _loan(row)
    schedule = [repository.installment(line, loan.currency) for line in row["installments"]]
    accrued = without_paused(schedule, row["interest_pauses"])
    return Account(loan, accrued, Money.of(row["paid"], loan.currency), row["pauses"])


def _loan(row: Any) -> Loan:
    facts = {name: _known(row)[name] for name in _LOAN_FIELDS}
    return Loan(**facts | {"principal": Money.of(row["principal"], row["currency"])})


def _known(row: Any) -> Any:
    if row is None:
        raise BankUnknown("error.msg.loan.id.invalid", "There is no such loan.")
    return row
