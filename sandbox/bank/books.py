"""The bank's books: its business day, and one account read as a whole."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.bank import repository
from sandbox.bank.delinquency import Pause
from sandbox.bank.errors import BankUnknown
from sandbox.bank.ledger import Standing, standing
from sandbox.store import Store, Tx
from services.common.kernel.clock import Clock, local_day
from services.common.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan's fixed facts and the version of its schedule that is in force."""

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


@dataclass(frozen=True, slots=True)
class Books:
    """What every act of the bank needs: its database, its clock and where its day begins."""

    store: Store
    clock: Clock
    zone: str

    async def business_date(self, tx: Tx, *, closing: bool = False) -> date:
        """The open business day: the clock's day, or the day after the last closed one when that is later.

        Holds the day: postings share it, `closing` takes it alone, so no posting falls behind the close of its day.
        """
        closed = await repository.closed_through(tx, alone=closing)
        today = local_day(self.clock.now(), self.zone)
        return today if closed is None else max(today, closed + timedelta(days=1))

    async def loan(self, tx: Tx, account_ref: str, *, lock: bool = False) -> Loan:
        """A loan by the reference that other systems know. BankUnknown."""
        await self._hold_day(tx, lock)
        return _loan(await repository.loan(tx, account_ref=account_ref, lock=lock))

    async def loan_by_id(self, tx: Tx, loan_id: int, *, lock: bool = False) -> Loan:
        """A loan by the bank's own number. BankUnknown."""
        await self._hold_day(tx, lock)
        return _loan(await repository.loan(tx, loan_id=loan_id, lock=lock))

    async def standing(self, tx: Tx, loan: Loan, today: date) -> Standing:
        """Where the account stands on `today`."""
        schedule = await repository.installments(tx, loan.loan_id, loan.schedule, loan.currency)
        paid = await repository.net_paid(tx, loan.loan_id, loan.schedule, loan.currency)
        return standing(schedule, paid, today)

    async def pauses(self, tx: Tx, loan: Loan) -> list[Pause]:
        return [(row["start_date"], row["end_date"]) for row in await repository.pauses(tx, loan.loan_id)]

    async def _hold_day(self, tx: Tx, lock: bool) -> None:
        # The day before the loan, as the end of day does: the other order would wait in a circle.
        if lock:
            await repository.closed_through(tx, alone=False)


def _loan(row: dict[str, object] | None) -> Loan:
    if row is None:
        raise BankUnknown("error.msg.loan.id.invalid", "There is no such loan.")
    return Loan(**row)  # type: ignore[arg-type]
