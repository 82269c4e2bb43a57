"""Pauses of delinquency, with Fineract's rules: inclusive ends, no overlap, resume only on the business date."""

from datetime import date, timedelta

from sandbox.bank import repository
from sandbox.bank.books import Books, Loan
from sandbox.bank.errors import BankRefusal
from sandbox.store import Tx


async def pause(books: Books, tx: Tx, loan_id: int, start: date, end: date) -> int:
    """Pause from `start` to `end`, both paused. The same pause again is the one there is."""
    today, loan = await _held(books, tx, loan_id)
    if end < start:
        raise BankRefusal("error.msg.delinquency.action.end.before.start", "The pause ends before it starts.")
    for row in await repository.pauses(tx, loan.loan_id):
        if (row["start_date"], row["end_date"]) == (start, end):
            return int(row["pause_id"])
        if row["start_date"] <= end and start <= row["end_date"]:
            raise BankRefusal("error.msg.delinquency.action.overlapping", "The pause overlaps another.")
    number = await repository.add_pause(tx, loan.loan_id, start, end)
    await repository.look_on(tx, loan.loan_id, today)
    return number


async def resume(books: Books, tx: Tx, loan_id: int, day: date) -> int:
    """End the pause that covers the business date: `day` must be that date, and is no longer paused."""
    today, loan = await _held(books, tx, loan_id)
    if day != today:
        raise BankRefusal("error.msg.delinquency.action.resume.date", "Delinquency resumes on the business date only.")
    for row in await repository.pauses(tx, loan.loan_id):
        if row["start_date"] < day <= row["end_date"]:
            await repository.end_pause(tx, row["pause_id"], day - timedelta(days=1))
            await repository.look_on(tx, loan.loan_id, today)
            return int(row["pause_id"])
    raise BankRefusal("error.msg.delinquency.action.no.active.pause", "No pause covers the business date.")


async def _held(books: Books, tx: Tx, loan_id: int) -> tuple[date, Loan]:
    today = await books.business_date(tx)
    return today, await books.loan_by_id(tx, loan_id, lock=True)
