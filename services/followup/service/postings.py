"""Postings of the bank, from whatever channel, in whatever order: kept once, and counted for the agreement they pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events.bank import PaymentPosted
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import Page, PageQuery
from services.common.runtime.logging import get_logger
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import Standing
from services.followup.errors import PostingDiffers
from services.followup.models import Agreement
from services.followup.repository import followed
from services.followup.repository import postings as posting_rows
from services.followup.repository.followed import Followed
from services.followup.schemas import NewPayment, PaymentView, UnmatchedView
from services.followup.service.policies import Policies
from services.followup.service.verdicts import Verdicts
from services.followup.service.views import unmatched_view
from services.followup.vocabulary import ACTIVE_STATES, AgreementState, UnmatchedReason

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


def fact_of(said: PaymentPosted | NewPayment) -> Fact:
    """What the feed or the API says. InvalidInput for an amount that is not positive, or a reversal of nothing."""
    posting = Posting(said.posting_ref, PostingKind(said.kind), said.amount, said.value_date, said.reverses)
    return Fact(posting, said.account_ref, said.booking_date)


class Postings:
    """Records postings; the feed and the API share the one use case."""

    def __init__(self, database: Database, policies: Policies, verdicts: Verdicts) -> None:
        self._database = database
        self._policies = policies
        self._verdicts = verdicts

    async def apply_posted(self, uow: UnitOfWork, received: Received[PaymentPosted]) -> None:
        """bank.payment.posted."""
        await self.record(uow, fact_of(received.payload), "feed")

    async def post(self, caller: Caller, payment: NewPayment) -> Answer:
        """A posting from a core without a feed: 201 for a new one, 200 for one that is known."""
        caller.require_any(MAY_POST)
        async with self._database.write(caller) as uow:
            recorded = await self.record(uow, fact_of(payment), "api")
            if recorded.is_new:
                await uow.audit("posting.recorded", f"posting/{payment.posting_ref}")
            else:
                recorded = await self._became(uow, payment)
            view = PaymentView(**dict(payment), agreement_id=recorded.agreement_id, unmatched=recorded.unmatched)
            return uow.answer(view, status=201 if recorded.is_new else 200)

    async def unmatched(self, caller: Caller, asked: PageQuery) -> Page[UnmatchedView]:
        """The work list of postings that fit nowhere, oldest first."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            rows = await posting_rows.list_unmatched(session, caller, asked.after, asked.limit)
        return asked.page(rows, lambda row: (row[0].opened_at, row[0].posting_ref), lambda row: unmatched_view(*row))

    async def record(self, uow: UnitOfWork, fact: Fact, source: str) -> Recorded:
        """Keep the posting once and judge again what it changes.

        PostingDiffers when its reference is known for other contents.
        """
        await followed.lock_account(uow.session, fact.account_ref)
        now = uow.now()
        counts = self._policies.is_account(fact.account_ref, now)
        values = _values(fact) | {"source": source, "at": now}
        row = await posting_rows.keep_posting(uow.session, values, counts=counts)
        if not row.is_new:
            _require_same(row, fact)
            return Recorded(is_new=False)
        if not counts:
            return await self._set_aside(uow, row, UnmatchedReason.ACCOUNT_FORMAT)
        return await self._count(uow, row)

    async def _became(self, uow: UnitOfWork, payment: NewPayment) -> Recorded:
        """What became of a known posting of a locked account."""
        aside = await posting_rows.find_unmatched(uow.session, payment.posting_ref)
        if aside is not None:
            return Recorded(False, aside.agreement_id, UnmatchedReason(aside.reason))
        original = None if payment.reverses is None else await posting_rows.find_posting(uow.session, payment.reverses)
        counted_on = payment.value_date if original is None else original.value_date
        found = in_force(await followed.lock_agreements_of_account(uow.session, payment.account_ref), counted_on)
        return Recorded(False, None if found is None else found[0].agreement.agreement_id)

    async def _count(self, uow: UnitOfWork, row: Row[Any]) -> Recorded:
        counted_on: date = row.value_date
        if row.kind == PostingKind.REVERSAL:
            original = await posting_rows.find_posting(uow.session, row.reverses)
            if original is None or original.kind != PostingKind.PAYMENT or original.account_ref != row.account_ref:
                return await self._set_aside(uow, row, UnmatchedReason.UNKNOWN_ORIGINAL)
            counted_on = original.value_date
        return await self._judge(uow, row, counted_on)

    async def _judge(self, uow: UnitOfWork, row: Row[Any], counted_on: date) -> Recorded:
        """Judge the agreement that was in force on the value date; without one the money is the core's affair."""
        agreements = await followed.lock_agreements_of_account(uow.session, row.account_ref)
        found = in_force(agreements, counted_on)
        if found is None:
            return Recorded(is_new=True)
        judged, until = found
        agreement = judged.agreement
        if row.currency != agreement.currency:
            return await self._set_aside(uow, row, UnmatchedReason.OTHER_CURRENCY, agreement)
        await self._verdicts.judge(uow, [judged], until)
        await followed.write(uow.session, [judged])
        reopened = agreement.state == AgreementState.COMPLETED and agreement.standing != Standing.COMPLETED
        if reopened and row.kind == PostingKind.REVERSAL:
            return await self._set_aside(uow, row, UnmatchedReason.AFTER_COMPLETION, agreement)
        return Recorded(is_new=True, agreement_id=agreement.agreement_id)

    async def _set_aside(
        self, uow: UnitOfWork, row: Row[Any], reason: UnmatchedReason, agreement: Agreement | None = None
    ) -> Recorded:
        agreement_id = agreement.agreement_id if agreement else None
        log.warning("posting_unmatched", agreement_id=agreement_id, kind=reason.value)
        await posting_rows.add_unmatched(uow.session, row, reason, uow.now(), agreement_id)
        return Recorded(is_new=True, agreement_id=agreement_id, unmatched=reason)


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
