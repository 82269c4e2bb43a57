"""Pauses of interest, with Fineract's rules: both ends inclusive, no overlap. What they leave out is in accrual.py."""

from datetime import date

from sandbox.bank import interest_repository as own
from sandbox.bank import repository
from sandbox.bank.books import Books
from sandbox.bank.errors import BankRefusal, BankUnknown
from sandbox.store import Tx


async def pause_interest(books: Books, tx: Tx, loan_id: int, start: date, end: date, key: str) -> int:
    """Pause from `start` to `end`, both paused, once for each key. BankRefusal when it overlaps or ends before."""
    today = await books.business_date(tx)
    await books.loan_by_id(tx, loan_id, lock=True)
    known = await own.by_key(tx, key)
    if known is not None:
        if (known["loan_id"], known["asked_start"], known["asked_end"]) != (loan_id, start, end):
            raise BankRefusal("error.msg.idempotency.key.already.used", "The key was used for another request.")
        return int(known["interest_pause_id"])
    await _fits(tx, loan_id, None, start, end)
    number = await own.add(tx, loan_id, key, start, end)
    await repository.look_on(tx, loan_id, today)
    return number


async def move_pause(books: Books, tx: Tx, loan_id: int, pause_id: int, start: date, end: date) -> None:
    """Give a pause other days. BankUnknown, BankRefusal as for a new one."""
    today = await books.business_date(tx)
    await books.loan_by_id(tx, loan_id, lock=True)
    await _of_loan(tx, loan_id, pause_id)
    await _fits(tx, loan_id, pause_id, start, end)
    await own.move(tx, pause_id, start, end)
    await repository.look_on(tx, loan_id, today)


async def take_pause_away(books: Books, tx: Tx, loan_id: int, pause_id: int) -> None:
    """A pause that has not been. BankUnknown."""
    today = await books.business_date(tx)
    await books.loan_by_id(tx, loan_id, lock=True)
    await _of_loan(tx, loan_id, pause_id)
    await own.take_away(tx, pause_id)
    await repository.look_on(tx, loan_id, today)


async def _fits(tx: Tx, loan_id: int, pause_id: int | None, start: date, end: date) -> None:
    if end < start:
        raise BankRefusal("error.msg.interest.pause.end.before.start", "The pause ends before it starts.")
    for row in await own.of_loan(tx, loan_id):
        other = row["interest_pause_id"] != pause_id
        if other and row["start_date"] <= end and start <= row["end_date"]:
            raise BankRefusal("error.msg.interest.pause.overlapping", "The pause overlaps another.")


async def _of_loan(tx: Tx, loan_id: int, pause_id: int) -> None:
    if all(row["interest_pause_id"] != pause_id for row in await own.of_loan(tx, loan_id)):
        raise BankUnknown("error.msg.variation.not.found", "There is no such pause.")
