"""The bank's commands, in Fineract's paths. Each is one transaction, done once for its key, answered after commit."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Header, Query
from pydantic import ValidationError

from sandbox.bank import repository
from sandbox.bank import restructuring as restructurings
from sandbox.bank.books import Books, Loan
from sandbox.bank.errors import BankInvalid, BankUnknown
from sandbox.bank.faults import Faults
from sandbox.bank.pauses import pause, resume
from sandbox.bank.postings import post_repayment, reverse_posting
from sandbox.bank.requests import (
    ApproveRequest,
    DelinquencyActionRequest,
    ReAgeRequest,
    RepaymentRequest,
    RescheduleRequest,
    UndoRequest,
)
from sandbox.bank.restructuring import Restructuring
from sandbox.bank.shapes import schedule_shape, unpaid
from sandbox.bank.wire import FineractRequest
from services.common.kernel.money import Money

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
Command = Annotated[str, Query()]
T = TypeVar("T", bound=FineractRequest)


def command_routes(books: Books, faults: Faults) -> APIRouter:
    """Routes that change the books, and the two previews."""
    router = APIRouter(tags=["bank"])

    async def loan_of(loan_id: int) -> Loan:
        async with books.store.reading() as tx:
            return await books.loan_by_id(tx, loan_id)

    @router.post("/loans/{loan_id}/transactions/reage-preview")
    async def preview_re_age(loan_id: int, body: ReAgeRequest) -> dict[str, Any]:
        loan = await loan_of(loan_id)
        await faults.before(loan, command=False)
        async with books.store.reading() as tx:
            lines = await restructurings.preview(books, tx, loan_id, body.terms())
        return schedule_shape(loan.currency, unpaid(lines))

    @router.post("/loans/{loan_id}/transactions")
    async def transaction(loan_id: int, body: dict[str, Any], command: Command, key: Key) -> dict[str, Any]:
        loan = await loan_of(loan_id)
        await faults.before(loan, command=True)
        if command == "repayment":
            answer = await _repay(books, loan, _read(RepaymentRequest, body), key)
        elif command == "reAge":
            answer = await _re_age(books, loan, _read(ReAgeRequest, body), key)
        else:
            raise BankInvalid("error.msg.command.unsupported", "The command is repayment or reAge.")
        await faults.after(loan)
        return answer

    @router.post("/loans/{loan_id}/transactions/{posting_id}")
    async def undo(loan_id: int, posting_id: int, body: UndoRequest, command: Command, key: Key) -> dict[str, Any]:
        if command != "undo":
            raise BankInvalid("error.msg.command.unsupported", "The command is undo.")
        loan = await loan_of(loan_id)
        await faults.before(loan, command=True)
        async with books.store.transaction() as tx:
            paid = await repository.posting(tx, posting_id=posting_id)
            if paid is None or paid["loan_id"] != loan_id:
                raise BankUnknown("error.msg.transaction.id.invalid", "There is no such transaction.")
            await reverse_posting(books, tx, paid["posting_ref"])
        await faults.after(loan)
        return _answer(loan, posting_id, paid["posting_ref"])

    @router.post("/loans/{loan_id}/delinquency-actions")
    async def delinquency_action(loan_id: int, body: DelinquencyActionRequest, key: Key) -> dict[str, Any]:
        loan = await loan_of(loan_id)
        await faults.before(loan, command=True)
        async with books.store.transaction() as tx:
            if body.action == "resume":
                number = await resume(books, tx, loan_id, body.startDate)
            elif body.endDate is None:
                raise BankInvalid("error.msg.delinquency.action.end.date", "A pause needs an end date.")
            else:
                number = await pause(books, tx, loan_id, body.startDate, body.endDate)
        await faults.after(loan)
        return _answer(loan, number, None)

    @router.post("/rescheduleloans")
    async def reschedule(
        body: RescheduleRequest, command: Command = "", key: Annotated[str, Header(alias="Idempotency-Key")] = ""
    ) -> dict[str, Any]:
        loan = await loan_of(body.loanId)
        if command == "previewLoanReschedule":
            await faults.before(loan, command=False)
            async with books.store.reading() as tx:
                lines = await restructurings.preview(books, tx, loan.loan_id, body.terms())
            return schedule_shape(loan.currency, unpaid(lines))
        reference = body.externalId or key
        if command or not reference:
            raise BankInvalid("error.msg.header.idempotency.key", "Give an Idempotency-Key and no other command.")
        await faults.before(loan, command=True)
        async with books.store.transaction() as tx:
            asked = await restructurings.request(books, tx, loan.loan_id, body.terms(), reference)
        # A request binds nobody, so its answer is never lost; that of the approval may be.
        return _answer(loan, asked.number, reference)

    @router.post("/rescheduleloans/{number}")
    async def approve(number: int, body: ApproveRequest, command: Command, key: Key) -> dict[str, Any]:
        if command != "approve":
            raise BankInvalid("error.msg.command.unsupported", "The command is approve.")
        async with books.store.transaction() as tx:
            done = await restructurings.put_into_force(books, tx, number)
        await faults.after(done.loan)
        return _restructured(done)

    return router


async def _repay(books: Books, loan: Loan, body: RepaymentRequest, key: str) -> dict[str, Any]:
    amount = Money.of(body.transactionAmount, loan.currency)
    async with books.store.transaction() as tx:
        booked = await post_repayment(books, tx, loan.account_ref, amount, body.externalId or key, body.transactionDate)
    return _answer(loan, booked.posting_id, booked.posting_ref)


async def _re_age(books: Books, loan: Loan, body: ReAgeRequest, key: str) -> dict[str, Any]:
    async with books.store.transaction() as tx:
        asked = await restructurings.request(books, tx, loan.loan_id, body.terms(), body.externalId or key)
        return _restructured(await restructurings.put_into_force(books, tx, asked.number))


def _restructured(done: Restructuring) -> dict[str, Any]:
    # This is how Fineract says that its own maker-checker has the command now.
    if done.status == "waiting":
        return {"commandId": done.number, "rollbackTransaction": True}
    return _answer(done.loan, done.number, None)


def _answer(loan: Loan, number: int, reference: str | None) -> dict[str, Any]:
    return {
        "officeId": 1,
        "clientId": loan.client_id,
        "loanId": loan.loan_id,
        "resourceId": number,
        "resourceExternalId": reference,
    }


def _read(model: type[T], body: dict[str, Any]) -> T:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(str(part) for part in e["loc"]) for e in error.errors()}))
        raise BankInvalid("validation.msg.validation.errors.exist", f"Wrong fields: {fields}") from None
