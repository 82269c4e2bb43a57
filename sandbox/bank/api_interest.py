"""The bank's pauses of interest, in Fineract's paths."""

from typing import Annotated, Any

from fastapi import APIRouter, Header

from sandbox.bank import interest_repository
from sandbox.bank.api_commands import Key
from sandbox.bank.books import Books, Loan
from sandbox.bank.faults import Faults
from sandbox.bank.interest import move_pause, pause_interest, take_pause_away
from sandbox.bank.requests import InterestPauseRequest
from sandbox.bank.wire import wire_date

AnyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


def interest_routes(books: Books, faults: Faults) -> APIRouter:
    """Reading, making, moving and taking away the pauses of a loan."""
    router = APIRouter(tags=["bank"])

    async def asked(loan_id: int) -> Loan:
        async with books.store.reading() as tx:
            loan = await books.loan_by_id(tx, loan_id)
        await faults.before(loan, command=True)
        return loan

    @router.get("/loans/{loan_id}/interest-pauses")
    async def pauses(loan_id: int) -> list[dict[str, Any]]:
        async with books.store.reading() as tx:
            await books.loan_by_id(tx, loan_id)
            return [
                {
                    "id": row["interest_pause_id"],
                    "startDate": wire_date(row["start_date"]),
                    "endDate": wire_date(row["end_date"]),
                    "dateFormat": "yyyy-MM-dd",
                    "locale": "en",
                }
                for row in await interest_repository.of_loan(tx, loan_id)
            ]

    @router.post("/loans/{loan_id}/interest-pauses")
    async def make(loan_id: int, body: InterestPauseRequest, key: Key) -> dict[str, Any]:
        loan = await asked(loan_id)
        async with books.store.transaction() as tx:
            number = await pause_interest(books, tx, loan_id, body.startDate, body.endDate, key)
        await faults.after(loan)
        return _answer(loan, number)

    @router.put("/loans/{loan_id}/interest-pauses/{number}")
    async def move(loan_id: int, number: int, body: InterestPauseRequest, _: AnyKey = "") -> dict[str, Any]:
        loan = await asked(loan_id)
        async with books.store.transaction() as tx:
            await move_pause(books, tx, loan_id, number, body.startDate, body.endDate)
        await faults.after(loan)
        return _answer(loan, number)

    @router.delete("/loans/{loan_id}/interest-pauses/{number}")
    async def take_away(loan_id: int, number: int, _: AnyKey = "") -> dict[str, Any]:
        loan = await asked(loan_id)
        async with books.store.transaction() as tx:
            await take_pause_away(books, tx, loan_id, number)
        await faults.after(loan)
        return _answer(loan, number)

    return router


def _answer(loan: Loan, number: int) -> dict[str, Any]:
    return {"officeId": 1, "clientId": loan.client_id, "loanId": loan.loan_id, "resourceId": number}
