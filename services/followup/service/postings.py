"""Postings of the bank, from whatever channel, in whatever order: kept once, and counted for the agreement they pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events.agreements import AgreementReopened
from services.common.contracts.events.bank import PaymentPosted
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.logging import get_logger
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import Standing
from services.followup.errors import PostingDiffers
from services.followup.models import Agreement
from services.followup.repository import followed, unmatched
from services.followup.repository import postings as posting_rows
from services.followup.repository.followed import Followed
from services.followup.schemas import NewPayment, PaymentView
from services.followup.service.policies import Policies
from services.followup.service.promises import Promises
from services.followup.service.verdicts import Verdicts, ids_of
from services.followup.vocabulary import ACTIVE_STATES, AgreementState, Channel, UnmatchedReason

MAY_POST = ("system",)
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a posting: new or known, and the agreement it counts for or why it counts for none."""

    is_new: bool
    agreement_id: UUID | None = None
    unmatched: UnmatchedReason | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A posting as a channel says it."""

    posting: Posting
    account_ref: str
    booking_date: date
    end_to_end_id: str | None = None


def fact_of(said: PaymentPosted | NewPayment) -> Fact:
    """What the feed or the API says. InvalidInput for an amount that is not positive, or a reversal of nothing."""
    posting = Posting(said.posting_ref, PostingKind(said.kind), said.amount, said.value_date, said.reverses)
    return Fact(posting, said.account_ref, said.booking_date)


class Postings:
    """Records postings; feed, API, files and people who assign them share the one use case."""

    def __init__(self, database: Database, policies: Policies, verdicts: Verdicts, promises: Promises) -> None:
        self._database = database
        self._policies = policies
        self._verdicts = verdicts
        self._promises = promises

    async def apply_posted(self, uow: UnitOfWork, received: Received[PaymentPosted]) -> None:
        """bank.payment.posted."""
        await self.record(uow, fact_of(received.payload), Channel.FEED)

    async def post(self, caller: Caller, payment: NewPayment) -> Answer:
        """A posting from a core without a feed: 201 for a new one, 200 for one that is known."""
        caller.require_any(MAY_POST)
        async with self._database.write(caller) as uow:
            recorded = await self.record(uow, fact_of(payment), Channel.API)
            if recorded.is_new:
                await uow.audit("posting.recorded", f"posting/{payment.posting_ref}")
            else:
                recorded = await self._became(uow, payment)
            view = PaymentView(**dict(payment), agreement_id=recorded.agreement_id, unmatched=recorded.unmatched)
            return uow.answer(view, status=201 if recorded.is_new else 200)

    async def record(self, uow: UnitOfWork, fact: Fact, source: Channel) -> Recorded:
        """Keep the posting once and judge again what it changes.

        PostingDiffers when its reference is known for other contents.
        """
        await followed.lock_account(uow.session, fact.account_ref)
        now = uow.now()
        counts = self._policies.is_account(fact.account_ref, now)
        values = _values(fact) | {"source": source.value, "end_to_end_id": fact.end_to_end_id, "at": now}
        row = await posting_rows.keep_posting(uow.session, values, counts=counts)
        if not row.is_new:
            _require_same(row, fact)
            return Recorded(is_new=False)
        if not counts:
            return await self._set_aside(uow, row, UnmatchedReason.ACCOUNT_FORMAT)
        return await self._count(uow, row)

    async def reassign(self, uow: UnitOfWork, posting_ref: str, account_ref: str) -> Recorded:
        """Count a kept posting for another account, and judge both. The caller has made sure that it is another one."""
        row = await posting_rows.find_posting(uow.session, posting_ref)
        assert row is not None
        for account in sorted({row.account, account_ref}):
            await followed.lock_account(uow.session, account)
        await posting_rows.assign_posting(uow.session, posting_ref, account_ref, uow.now())
        counted_on = await self._counted_on(uow, row, account_ref)
        await self._promises.judge(uow, [row.account, account_ref])
        await self._judge_account(uow, row.account, counted_on or row.value_date)
        return Recorded(True, await self._judge_account(uow, account_ref, counted_on or row.value_date))

    async def _became(self, uow: UnitOfWork, payment: NewPayment) -> Recorded:
        """What became of a known posting of a locked account."""
        aside = await unmatched.find(uow.session, payment.posting_ref)
        if aside is not None:
            return Recorded(False, aside.agreement_id, UnmatchedReason(aside.reason))
        original = None if payment.reverses is None else await posting_rows.find_posting(uow.session, payment.reverses)
        counted_on = payment.value_date if original is None else original.value_date
        found = in_force(await followed.lock_agreements_of_account(uow.session, payment.account_ref), counted_on)
        return Recorded(False, None if found is None else found[0].agreement.agreement_id)

    async def _count(self, uow: UnitOfWork, row: Row[Any]) -> Recorded:
        account_ref: str = row.account_ref
        counted_on: date | None = row.value_date
        if row.reverses is not None:
            original = await posting_rows.find_posting(uow.session, row.reverses)
            if original is None or original.kind != PostingKind.PAYMENT or original.account_ref != account_ref:
                return await self._set_aside(uow, row, UnmatchedReason.UNKNOWN_ORIGINAL)
            account_ref, counted_on = original.account, original.value_date
            if account_ref != row.account_ref:
                await followed.lock_account(uow.session, account_ref)
        if row.has_promises or account_ref != row.account_ref:
            await self._promises.judge(uow, [account_ref])
        assert counted_on is not None
        return await self._judge(uow, row, account_ref, counted_on)

    async def _counted_on(self, uow: UnitOfWork, row: Row[Any], account_ref: str) -> date | None:
        """The value date that a kept posting counts from; None for a reversal of nothing that is of the account."""
        if row.reverses is None:
            return row.value_date  # type: ignore[no-any-return]
        original = await posting_rows.find_posting(uow.session, row.reverses)
        return original.value_date if original is not None and original.account == account_ref else None

    async def _judge_account(self, uow: UnitOfWork, account_ref: str, day: date) -> UUID | None:
        """Judge the agreement of an account that was in force on a day; its id."""
        found = in_force(await followed.lock_agreements_of_account(uow.session, account_ref), day)
        if found is None:
            return None
        judged, until = found
        await self._verdicts.judge(uow, [judged], until)
        await followed.write(uow.session, [judged])
        return judged.agreement.agreement_id

    async def _judge(self, uow: UnitOfWork, row: Row[Any], account_ref: str, counted_on: date) -> Recorded:
        """Judge the agreement that was in force on the value date; without one the money is the core's affair."""
        found = in_force(await followed.lock_agreements_of_account(uow.session, account_ref), counted_on)
        if found is None:
            return Recorded(is_new=True)
        judged, until = found
        agreement = judged.agreement
        if row.currency != agreement.currency:
            return await self._set_aside(uow, row, UnmatchedReason.OTHER_CURRENCY, agreement)
        was_completed = agreement.standing == Standing.COMPLETED
        await self._verdicts.judge(uow, [judged], until)
        await followed.write(uow.session, [judged])
        reopened = agreement.state == AgreementState.COMPLETED and agreement.standing != Standing.COMPLETED
        if reopened and row.reverses is not None:
            if was_completed:
                await _reopen(uow, judged, row.booking_date)
            return await self._set_aside(uow, row, UnmatchedReason.AFTER_COMPLETION, agreement)
        return Recorded(is_new=True, agreement_id=agreement.agreement_id)

    async def _set_aside(
        self, uow: UnitOfWork, row: Row[Any], reason: UnmatchedReason, agreement: Agreement | None = None
    ) -> Recorded:
        agreement_id = agreement.agreement_id if agreement else None
        log.warning("posting_unmatched", agreement_id=agreement_id, kind=reason.value)
        entry = {name: row._mapping[name] for name in _KEPT} | {
            "entry_id": business_uuid("unmatched-posting", row.posting_ref),
            "reason": reason.value,
            "agreement_id": agreement_id,
            "opened_at": uow.now(),
        }
        await unmatched.add(uow.session, entry)
        return Recorded(is_new=True, agreement_id=agreement_id, unmatched=reason)


_KEPT = (
    "posting_ref", "source", "account_ref", "kind", "currency", "amount", "value_date", "booking_date", "reverses",
    "end_to_end_id",
)  # fmt: skip


async def _reopen(uow: UnitOfWork, judged: Followed, as_of: date) -> None:
    """Say that a completed agreement is not completed any more. It stays closed itself: a new case takes over."""
    agreement = judged.agreement
    short = [line for line in judged.lines if line.paid < line.amount]
    missing = agreement.money(sum((line.amount - line.paid for line in short), start=agreement.total * 0))
    await uow.emit(
        AgreementReopened(
            **ids_of(agreement),
            account_ref=agreement.account_ref,
            shortfall=missing,
            oldest_unpaid_due_date=min(line.due_date for line in short),
            as_of=as_of,
        )
    )
    await uow.audit(
        "agreement.reopened",
        f"agreement/{agreement.agreement_id}",
        case_id=agreement.case_id,
        detail={"shortfall": str(missing), "standing": agreement.standing},
    )


def in_force(agreements: Sequence[Followed], day: date) -> tuple[Followed, Mapping[str, date]] | None:
    """The agreement in force on a day, and by account the day the next one took over; None when there is none, or it
    was broken or stopped: such an agreement counts nothing any more."""
    begun = [number for number, one in enumerate(agreements) if one.agreement.activated_on <= day]
    if not begun:
        return None
    found = agreements[begun[-1]]
    if found.agreement.state not in (*ACTIVE_STATES, AgreementState.COMPLETED):
        return None
    following = [one.agreement for one in agreements[begun[-1] + 1 :]]
    return found, {one.account_ref: one.activated_on for one in following[:1]}


def _values(fact: Fact) -> dict[str, Any]:
    posting = fact.posting
    return {
        "posting_ref": posting.reference,
        "account_ref": fact.account_ref,
        "currency": posting.amount.currency,
        "amount": posting.amount.amount,
        "value_date": posting.value_date,
        "booking_date": fact.booking_date,
        "kind": posting.kind.value,
        "reverses": posting.reverses,
    }


def _require_same(row: Row[Any], fact: Fact) -> None:
    known = row._mapping
    if any(known[name] != value for name, value in _values(fact).items() if name != "booking_date"):
        raise PostingDiffers("the bank's reference stands for a posting with other contents")
