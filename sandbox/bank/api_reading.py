"""The bank's questions and answers, in Fineract's paths."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from sandbox.bank import repository
from sandbox.bank import restructuring_repository as restructurings
from sandbox.bank.books import Account, Books
from sandbox.bank.errors import BankUnknown
from sandbox.bank.faults import Faults
from sandbox.bank.shapes import (
    client_shape,
    loan_shape,
    posting_shape,
    re_age_shape,
    reschedule_shape,
    schedule_shape,
)
from sandbox.bank.wire import wire_date
from sandbox.store import Store


def reading_routes(books: Books, faults: Faults) -> APIRouter:
    """Routes that change nothing."""
    router = APIRouter(tags=["bank"])

    @router.get("/clients/external-id/{borrower_ref}")
    async def client_by_reference(borrower_ref: str) -> dict[str, Any]:
        async with books.store.reading() as tx:
            return _client(await repository.client(tx, borrower_ref=borrower_ref))

    @router.get("/clients/{client_id}")
    async def client(client_id: int) -> dict[str, Any]:
        async with books.store.reading() as tx:
            return _client(await repository.client(tx, client_id=client_id))

    @router.get("/loans/external-id/{account_ref}")
    async def loan_by_reference(account_ref: str, associations: Annotated[str, Query()] = "") -> dict[str, Any]:
        async with books.store.reading() as tx:
            account, today = await books.account(tx, account_ref=account_ref)
        await faults.before(account.loan, command=False)
        return await _loan(books.store, account, today, associations)

    @router.get("/loans/{loan_id}")
    async def loan(loan_id: int, associations: Annotated[str, Query()] = "") -> dict[str, Any]:
        async with books.store.reading() as tx:
            account, today = await books.account(tx, loan_id=loan_id)
        await faults.before(account.loan, command=False)
        return await _loan(books.store, account, today, associations)

    @router.get("/loans/{loan_id}/delinquency-actions")
    async def delinquency_actions(loan_id: int) -> list[dict[str, Any]]:
        async with books.store.reading() as tx:
            await books.loan_by_id(tx, loan_id)
            return [
                {
                    "id": row["pause_id"],
                    "action": "PAUSE",
                    "startDate": wire_date(row["start_date"]),
                    "endDate": wire_date(row["end_date"]),
                }
                for row in await repository.pauses(tx, loan_id)
            ]

    @router.get("/rescheduleloans")
    async def reschedule_requests(loan_id: Annotated[int, Query(alias="loanId")]) -> list[dict[str, Any]]:
        async with books.store.reading() as tx:
            found = await books.loan_by_id(tx, loan_id)
            rows = await restructurings.of_loan(tx, loan_id)
            return [reschedule_shape(row, found) for row in rows if row["kind"] == "reschedule"]

    @router.get("/businessdate/BUSINESS_DATE")
    async def business_date() -> dict[str, Any]:
        async with books.store.transaction() as tx:
            today = await books.business_date(tx)
        return {"type": "BUSINESS_DATE", "description": "Business Date", "date": wire_date(today)}

    return router


def _client(row: Any) -> dict[str, Any]:
    if row is None:
        raise BankUnknown("error.msg.client.id.invalid", "There is no such client.")
    return client_shape(row)


async def _loan(store: Store, account: Account, today: date, associations: str) -> dict[str, Any]:
    loan = account.loan
    position = account.standing(today)
    shape = loan_shape(loan, position, account.pauses)
    wanted = {name.strip() for name in associations.split(",")}
    if wanted & {"repaymentSchedule", "all"}:
        shape["repaymentSchedule"] = schedule_shape(loan.currency, position.periods)
    if wanted & {"transactions", "all"}:
        async with store.reading() as tx:
            rows = await repository.postings(tx, loan.loan_id)
            restructured = await restructurings.of_loan(tx, loan.loan_id)
            opened = await repository.opened_on(tx, loan.loan_id)
        undone = frozenset(row["reverses"] for row in rows if row["reverses"])
        shape["timeline"] = {"actualDisbursementDate": wire_date(opened)}
        shape["transactions"] = [posting_shape(row, loan.currency, undone) for row in rows] + [
            re_age_shape(row, loan.currency)
            for row in restructured
            if row["kind"] == "reAge" and row["schedule"] is not None
        ]
    return shape
