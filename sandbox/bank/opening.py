"""Opening accounts from a portfolio extract: the bank's books as they stood at the close of the extract's day."""

from collections.abc import Iterable
from datetime import date, timedelta

from sandbox.bank import repository
from sandbox.bank.books import Books
from sandbox.bank.delinquency import days_past_due, next_look, range_of
from sandbox.bank.errors import BankInvalid
from sandbox.bank.ledger import standing
from sandbox.bank.schedule import Installment, amortise
from sandbox.portfolio.row import PortfolioRow
from sandbox.store import Tx
from services.common.kernel.money import Money
from services.common.kernel.months import add_months


async def open_accounts(books: Books, rows: Iterable[PortfolioRow], *, reported: bool) -> tuple[int, int]:
    """Open all accounts of an extract in one transaction; returns how many were opened and how many were known.

    The first extract also tells the bank its business day: the day before `as_of` is its last closed one.
    """
    opened = known = 0
    async with books.store.transaction() as tx:
        closed = await repository.closed_through(tx, alone=True)
        for row in rows:
            if closed is None:
                closed = row.as_of - timedelta(days=1)
                await repository.set_closed_through(tx, closed)
            if await open_account(books, tx, row, reported=reported):
                opened += 1
            else:
                known += 1
    return opened, known


async def open_account(books: Books, tx: Tx, row: PortfolioRow, *, reported: bool) -> bool:
    """Open the account of one row; False when it is there already, which changes nothing.

    `reported`: the extract itself told of the arrears, so only a later change of the delinquency range is reported;
    otherwise the next end of day reports them. BankInvalid when the row contradicts itself.
    """
    schedule = opening_schedule(row)
    position = standing(schedule, Money.zero(row.currency), row.as_of)
    found = range_of(days_past_due(position.oldest_unpaid_due_date, row.as_of, []))
    client_id = await repository.add_client(tx, row)
    loan_id = await repository.add_loan(
        tx,
        row.account_ref,
        client_id,
        row.product,
        Money.of(row.principal, row.currency),
        row.annual_rate,
        found if reported else 0,
        next_look(position, []) if reported else row.as_of,
    )
    if loan_id is None:
        return False
    await repository.add_installments(tx, loan_id, 1, schedule)
    return True


def opening_schedule(row: PortfolioRow) -> list[Installment]:
    """The unpaid part of the schedule: the periods past due share the arrears, the others amortise the balance."""
    overdue = _periods_past_due(row.oldest_unpaid_due_date, row.as_of)
    ahead = row.term_months - row.months_paid - overdue
    balance = Money.of(row.balance, row.currency)
    if (ahead > 0) != balance.is_positive or ahead < 0:
        raise BankInvalid("error.msg.portfolio.row", "The balance does not fit the periods that are left.")
    lines = _past_due(row, overdue)
    if ahead:
        first = row.oldest_unpaid_due_date or _first_after(row.as_of, row.due_day)
        number = row.months_paid + overdue + 1
        lines += amortise(balance, row.annual_rate, ahead, add_months(first, overdue), number)
    return lines


def _past_due(row: PortfolioRow, periods: int) -> list[Installment]:
    principal, interest, fees = (
        Money.of(amount, row.currency) for amount in (row.arrears_principal, row.arrears_interest, row.arrears_fees)
    )
    if row.oldest_unpaid_due_date is None or periods == 0:
        if not (principal + interest + fees).is_zero:
            raise BankInvalid("error.msg.portfolio.row", "There are arrears without an unpaid due date.")
        return []
    zero = Money.zero(row.currency)
    return [
        Installment(
            row.months_paid + 1 + index,
            add_months(row.oldest_unpaid_due_date, index),
            principal.split_equally(periods)[index],
            interest.split_equally(periods)[index],
            fees if index == 0 else zero,
        )
        for index in range(periods)
    ]


def _periods_past_due(oldest: date | None, as_of: date) -> int:
    if oldest is None:
        return 0
    count = 0
    while add_months(oldest, count) < as_of:
        count += 1
    return count


def _first_after(as_of: date, due_day: int) -> date:
    candidate = as_of.replace(day=due_day)
    return candidate if candidate >= as_of else add_months(candidate, 1)
