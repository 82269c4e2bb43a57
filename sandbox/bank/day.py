"""End of day: instalments fall due, delinquency ranges are computed and reported, the day is closed for postings."""

from datetime import date, datetime, timedelta

from sandbox.bank import repository
from sandbox.bank.books import Account, Books
from sandbox.bank.delinquency import days_past_due, next_look, range_of
from sandbox.bank.feeds import say, say_day_closed
from sandbox.store import Tx
from services.common.contracts.events.bank import AccountRestored, DelinquencyReported


async def close_through(books: Books, last: date) -> list[date]:
    """Close every open business day up to and including `last`, each in one transaction; returns the days closed."""
    closed: list[date] = []
    while (not closed or closed[-1] < last) and (day := await _close_next(books, last)):
        closed.append(day)
    return closed


async def last_finished_day(books: Books) -> date:
    """The day before the clock's business day: the last that can be closed without cutting off postings."""
    async with books.store.transaction() as tx:
        return await books.business_date(tx) - timedelta(days=1)


async def _close_next(books: Books, last: date) -> date | None:
    async with books.store.transaction() as tx:
        closed = await repository.closed_through(tx, alone=True)
        day = last if closed is None else closed + timedelta(days=1)
        if day > last:
            return None
        if ranges := [
            await _look_at(tx, account, day, books.clock.now()) for account in await books.accounts_to_look_at(tx, day)
        ]:
            await repository.set_ranges(tx, ranges)
        await repository.set_closed_through(tx, day)
        await say_day_closed(tx, day, books.clock.now())
        return day


async def _look_at(tx: Tx, account: Account, day: date, now: datetime) -> tuple[int, int, date | None]:
    """Say that the range has changed, if so; gives the loan's number, its range and the day of the next look."""
    loan = account.loan
    position = account.standing(day)
    oldest = position.oldest_unpaid_due_date
    found = range_of(days_past_due(oldest, day, account.pauses))
    if found > 0 and found != loan.range_said and oldest is not None:
        reported = DelinquencyReported(
            account_ref=loan.account_ref,
            borrower_ref=loan.borrower_ref,
            product=loan.product,
            arrears=position.arrears,
            balance=position.balance,
            oldest_unpaid_due_date=oldest,
            as_of=day,
        )
        await say(tx, reported, f"delinquency-{loan.account_ref}-{day.isoformat()}", now)
    if found == 0 and loan.range_said > 0:
        restored = AccountRestored(
            account_ref=loan.account_ref, as_of=day, arrears=position.arrears, balance=position.balance
        )
        await say(tx, restored, f"restored-{loan.account_ref}-{day.isoformat()}", now)
    return loan.loan_id, found, next_look(position, account.pauses)
