"""The core-banking port on Apache Fineract's REST API.

INT_STOP is a re-age with equal amortisation, all else a loan reschedule (request, then approval): with grace for a
pause, a new rate for a rate cut, and listed instalments where the amounts are. `waivedInterest`, `waivedFees` and what
is in `arrangement` are fields of a bank that does all in one step; plain Fineract takes waivers and discounts as
transactions before.
"""

from typing import Any

import httpx

from services.common.banking import fineract_wire as wire
from services.common.banking.errors import CoreAnswerInvalid, CoreRefused
from services.common.banking.fineract_http import FineractHttp, Lost
from services.common.banking.fineract_schedule import history_from, schedule_from, schedule_in_force, snapshot_from
from services.common.banking.types import (
    PLAIN,
    AccountHistory,
    AccountSnapshot,
    CoreAnswer,
    CoreClient,
    CoreRelief,
    CoreSchedule,
    CoreStatus,
    PlanTerms,
)

#: Given as `code` when the core's own second person has not decided yet.
WAITS_FOR_CHECKER = "waits-for-core-checker"
_NO_ANSWER = "no-answer"
_NOT_UNDERSTOOD = "answer-not-understood"


class FineractBanking:
    """`CoreBanking` over an httpx client whose base address is the core's and which adds the credentials."""

    def __init__(self, client: httpx.AsyncClient, tenant: str = "default") -> None:
        self._http = FineractHttp(client, tenant)

    async def get_client(self, borrower_ref: str) -> CoreClient:
        found = await self._http.get(f"/clients/external-id/{wire.segment(borrower_ref)}")
        if wire.text(found, "externalId") != borrower_ref:
            raise CoreAnswerInvalid("externalId: another client than asked for")
        details = wire.mapping(found, "additionalDetails")
        return CoreClient(
            borrower_ref=borrower_ref,
            name=wire.text(found, "displayName"),
            phone=wire.text(found, "mobileNo") if found.get("mobileNo") else None,
            language=wire.text(details, "language", 12),
            time_zone=wire.text(details, "timeZone", 64),
            email=wire.text(found, "emailAddress") if found.get("emailAddress") else None,
            postal_address=wire.text(details, "postalAddress", 400) if details.get("postalAddress") else None,
        )

    async def get_account(self, account_ref: str) -> AccountSnapshot:
        # The date first: an account that is read later can only be newer than it claims to be.
        day = wire.day(await self._http.get("/businessdate/BUSINESS_DATE"), "date")
        return snapshot_from(await self._loan(account_ref, "repaymentSchedule"), account_ref, day)

    async def get_schedule(self, account_ref: str) -> CoreSchedule:
        return schedule_in_force(await self._loan(account_ref, "repaymentSchedule"))

    async def account_history(self, account_ref: str) -> AccountHistory:
        return history_from(await self._loan(account_ref, "transactions"))

    async def preview(self, terms: PlanTerms) -> CoreSchedule:
        loan = await self._loan(terms.account_ref, "repaymentSchedule")
        if terms.relief_type is CoreRelief.INT_STOP:
            path, body = f"/loans/{wire.number(loan, 'id')}/transactions/reage-preview", wire.re_age_body(terms)
        else:
            path, body = "/rescheduleloans?command=previewLoanReschedule", await self._reschedule_body(loan, terms)
        answer = await self._http.ask(path, body)
        return schedule_from(answer, None, terms.waived_fees.currency)

    async def activate(self, terms: PlanTerms, idempotency_key: str) -> CoreAnswer:
        try:
            loan = await self._loan(terms.account_ref, "repaymentSchedule")
            if terms.relief_type is CoreRelief.INT_STOP:
                return await self._re_age(loan, terms, idempotency_key)
            return await self._reschedule(loan, terms, idempotency_key)
        except CoreRefused as refusal:
            return CoreAnswer(CoreStatus.REFUSED, code=refusal.code)
        except Lost:
            return CoreAnswer(CoreStatus.UNKNOWN, code=_NO_ANSWER)

    async def read_plan(self, account_ref: str, key: str) -> CoreSchedule | None:
        loan = await self._loan(account_ref, "repaymentSchedule,transactions")
        reference = _re_aged(loan, key) or await self._rescheduled(loan, key)
        if reference is None:
            return None
        currency = wire.text(wire.mapping(loan, "currency"), "code", 3)
        return schedule_from(wire.mapping(loan, "repaymentSchedule"), reference, currency)

    async def _loan(self, account_ref: str, associations: str) -> dict[str, Any]:
        path = f"/loans/external-id/{wire.segment(account_ref)}?associations={associations}"
        loan = await self._http.get(path)
        if wire.text(loan, "externalId") != account_ref:
            raise CoreAnswerInvalid("externalId: another account than asked for")
        return loan

    async def _re_age(self, loan: dict[str, Any], terms: PlanTerms, key: str) -> CoreAnswer:
        path = f"/loans/{wire.number(loan, 'id')}/transactions?command=reAge"
        return _done("reage", await self._http.command(path, wire.re_age_body(terms, key), key))

    async def _reschedule(self, loan: dict[str, Any], terms: PlanTerms, key: str) -> CoreAnswer:
        # A request that is there already is not made again: its numbers are relative to the books of that day.
        number = next((wire.number(r, "id") for r in await self._requests(loan) if r.get("externalId") == key), None)
        if number is None:
            body = await self._reschedule_body(loan, terms, key)
            asked = await self._http.command("/rescheduleloans", body, key)
            number = wire.number(asked, "resourceId")
        day = wire.day(await self._http.get("/businessdate/BUSINESS_DATE"), "date")
        approved = {**wire.COMPANIONS, "approvedOnDate": day.isoformat()}
        path = f"/rescheduleloans/{number}?command=approve"
        return _done("reschedule", await self._http.command(path, approved, f"{key}:approve"))

    async def _reschedule_body(self, loan: dict[str, Any], terms: PlanTerms, key: str | None = None) -> dict[str, Any]:
        day = wire.day(await self._http.get("/businessdate/BUSINESS_DATE"), "date")
        account = snapshot_from(loan, terms.account_ref, day)
        if terms.annual_rate != account.annual_rate:
            raise CoreRefused("rate-not-current")
        if terms.relief_type not in PLAIN and terms.arrangement is None:
            raise CoreRefused("arrangement-missing")
        if terms.arrangement is not None and terms.arrangement.claim != account.claim:
            raise CoreRefused("claim-not-current")
        starts = wire.next_due_date(loan, day)
        return wire.reschedule_body(wire.number(loan, "id"), terms, account.remaining_periods, starts, day, key)

    async def _requests(self, loan: dict[str, Any]) -> list[dict[str, Any]]:
        return await self._http.get_list(f"/rescheduleloans?loanId={wire.number(loan, 'id')}")

    async def _rescheduled(self, loan: dict[str, Any], key: str) -> str | None:
        for request in await self._requests(loan):
            reference = f"reschedule-{wire.number(request, 'id')}"
            if key in (request.get("externalId"), reference) and request.get("current") is True:
                return reference
        return None


def _re_aged(loan: dict[str, Any], key: str) -> str | None:
    for line in wire.listing(loan, "transactions"):
        if wire.mapping(line, "type").get("code") != "loanTransactionType.reAge":
            continue
        reference = f"reage-{wire.number(line, 'id')}"
        if key in (line.get("externalId"), reference) and line.get("manuallyReversed") is False:
            return reference
    return None


def _done(kind: str, answer: dict[str, Any]) -> CoreAnswer:
    if answer.get("rollbackTransaction") is True:
        return CoreAnswer(CoreStatus.UNKNOWN, code=WAITS_FOR_CHECKER)
    try:
        return CoreAnswer(CoreStatus.DONE, reference=f"{kind}-{wire.number(answer, 'resourceId')}")
    except CoreAnswerInvalid:
        # The core said yes to something: only reading back can tell to what.
        return CoreAnswer(CoreStatus.UNKNOWN, code=_NOT_UNDERSTOOD)
