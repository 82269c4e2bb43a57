"""Restructurings: computed from the books, asked for once under a key, put into force, read back.

A reschedule is Fineract's, a re-age its own with equal amortisation. In both the whole claim, past-due interest and
fees included, less waivers, becomes the new schedule, unless an arrangement says what is made of it.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sandbox.bank import repository
from sandbox.bank import restructuring_repository as own
from sandbox.bank.arrangement import Arrangement, arranged
from sandbox.bank.books import Books, Loan
from sandbox.bank.delinquency import next_look
from sandbox.bank.errors import BankRefusal, BankUnknown
from sandbox.bank.ledger import Standing, standing
from sandbox.bank.schedule import Installment, amortise, equal_parts
from sandbox.store import Tx
from services.common.kernel.money import Money

Kind = Literal["reschedule", "reAge"]
_MAX_INSTALMENTS = 480


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for, as it was asked, so that a repeated request compares equal after the books have moved.

    `periods` is for a re-age the number of instalments, for a reschedule the number added to the periods not yet due
    on `from_date`, which must be the next due date (the last one when all are past due).
    """

    kind: Kind
    first_due_date: date
    periods: int
    from_date: date | None
    waived_interest: Decimal
    waived_fees: Decimal
    arrangement: Arrangement | None = None
    pause_months: int = 0

    def stored(self) -> dict[str, str]:
        """As text, for storing and for comparing a repeated request with the first."""
        return {
            "kind": self.kind,
            "first_due_date": self.first_due_date.isoformat(),
            "periods": str(self.periods),
            "from_date": self.from_date.isoformat() if self.from_date else "",
            "waived_interest": str(self.waived_interest.normalize()),
            "waived_fees": str(self.waived_fees.normalize()),
            **({} if self.arrangement is None else {"arrangement": self.arrangement.model_dump_json()}),
            **({} if not self.pause_months else {"pause_months": str(self.pause_months)}),
        }

    @classmethod
    def from_stored(cls, stored: dict[str, str]) -> "Terms":
        """The terms as they were asked for."""
        kind: Kind = "reAge" if stored["kind"] == "reAge" else "reschedule"
        return cls(
            kind,
            date.fromisoformat(stored["first_due_date"]),
            int(stored["periods"]),
            date.fromisoformat(stored["from_date"]) if stored["from_date"] else None,
            Decimal(stored["waived_interest"]),
            Decimal(stored["waived_fees"]),
            Arrangement.model_validate_json(stored["arrangement"]) if "arrangement" in stored else None,
            int(stored.get("pause_months", "0")),
        )


@dataclass(frozen=True, slots=True)
class Restructuring:
    """One request; `status` is requested, waiting (for the bank's second person), active, rejected or replaced."""

    number: int
    status: str
    loan: Loan


def new_schedule(loan: Loan, position: Standing, terms: Terms) -> list[Installment]:
    """The schedule the terms give on these books. BankRefusal with the reason when the bank would not make it."""
    interest = position.arrears_interest - Money.of(terms.waived_interest, loan.currency)
    fees = position.arrears_fees - Money.of(terms.waived_fees, loan.currency)
    principal = position.balance + position.arrears_principal
    if terms.first_due_date <= position.today:
        raise BankRefusal("error.msg.loan.start.date.must.be.in.future", "The first due date is not in the future.")
    periods = _periods(position, terms)
    if terms.arrangement is None and not 1 <= periods <= _MAX_INSTALMENTS:
        raise BankRefusal("error.msg.loan.number.of.installments", "The number of instalments is out of bounds.")
    if interest.is_negative or fees.is_negative:
        raise BankRefusal("error.msg.loan.waiver.exceeds.due", "More is waived than is past due.")
    if not (principal + interest + fees).is_positive:
        raise BankRefusal("error.msg.loan.nothing.outstanding", "Nothing is owed.")
    if terms.arrangement is not None:
        claim = principal + position.arrears_interest + position.arrears_fees
        return arranged(terms.arrangement, claim, loan.annual_rate, terms.first_due_date, terms.pause_months)
    if terms.kind == "reAge":
        return equal_parts(principal, interest, fees, periods, terms.first_due_date)
    return amortise(principal + interest + fees, loan.annual_rate, periods, terms.first_due_date, first_number=1)


def _periods(position: Standing, terms: Terms) -> int:
    if terms.kind == "reAge":
        return terms.periods
    ahead = position.upcoming
    last = position.periods[-1].period.due_date
    if terms.from_date != (ahead[0].period.due_date if ahead else last):
        raise BankRefusal("error.msg.reschedule.from.date", "The request starts from another period than the next.")
    return len(ahead) + terms.periods


async def preview(books: Books, tx: Tx, loan_id: int, terms: Terms) -> list[Installment]:
    """The schedule that would be made today; changes nothing."""
    account, today = await books.account(tx, loan_id=loan_id)
    return new_schedule(account.loan, account.standing(today), terms)


async def request(books: Books, tx: Tx, loan_id: int, terms: Terms, key: str) -> Restructuring:
    """Register a request under its key; the same key gives the same request, with other terms a BankRefusal."""
    today = await books.business_date(tx)
    loan = await books.loan_by_id(tx, loan_id, lock=True)
    known = await own.by_key(tx, key)
    if known is not None:
        if known["loan_id"] != loan.loan_id or known["terms"] != terms.stored():
            raise BankRefusal("error.msg.idempotency.key.already.used", "The key was used for another request.")
        return Restructuring(known["restructuring_id"], known["status"], loan)
    account, _ = await books.account(tx, loan_id=loan_id)
    new_schedule(loan, account.standing(today), terms)
    number = await own.add(tx, key, loan.loan_id, terms.kind, terms.stored(), today)
    return Restructuring(number, "requested", loan)


async def put_into_force(books: Books, tx: Tx, number: int, *, checked: bool = False) -> Restructuring:
    """Put a request into force, or let it wait when the bank asks for a second person and `checked` is not that one.

    What is in force already stays as it is. BankRefusal when it was rejected or another has taken its place.
    """
    today = await books.business_date(tx)
    found, loan = await _locked(books, tx, number)
    if found["status"] == "active":
        return Restructuring(number, "active", loan)
    if found["status"] in ("rejected", "replaced"):
        raise BankRefusal(f"error.msg.loan.request.{found['status']}", f"The request is {found['status']}.")
    if not checked and await repository.checker(tx):
        await own.set_status(tx, number, "waiting")
        return Restructuring(number, "waiting", loan)
    account, _ = await books.account(tx, loan_id=loan.loan_id)
    lines = new_schedule(loan, account.standing(today), Terms.from_stored(found["terms"]))
    version = await own.newest_schedule(tx, loan.loan_id) + 1
    await repository.add_installments(tx, loan.loan_id, version, lines)
    await own.replace_active(tx, loan.loan_id)
    await own.activate(tx, number, version, today)
    # The arrears are gone by agreement, not by payment: the range starts anew and no recovery is reported.
    untouched = standing(lines, Money.zero(loan.currency), today)
    await repository.renew(tx, loan.loan_id, version, next_look(untouched, account.pauses))
    return Restructuring(number, "active", replace(loan, schedule=version))


async def reject(books: Books, tx: Tx, number: int) -> Restructuring:
    """The bank's second person says no. BankRefusal unless the request is waiting."""
    await books.business_date(tx)
    found, loan = await _locked(books, tx, number)
    if found["status"] != "waiting":
        raise BankRefusal("error.msg.loan.request.not.waiting", "The request is not waiting for a decision.")
    await own.set_status(tx, number, "rejected")
    return Restructuring(number, "rejected", loan)


async def _locked(books: Books, tx: Tx, number: int) -> tuple[Any, Loan]:
    """A request and its loan, both locked by one who holds the day."""
    found = await own.by_id(tx, number)
    if found is None:
        raise BankUnknown("error.msg.reschedule.request.id.invalid", "There is no such request.")
    return found, await books.loan_by_id(tx, found["loan_id"], lock=True)
