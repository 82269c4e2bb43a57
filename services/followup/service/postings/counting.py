"""Counting a kept posting: for the agreement in force on its value date, and for promises; or setting it aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events.agreements import AgreementReopened
from services.common.kernel.ids import business_uuid
from services.common.runtime.logging import get_logger
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.postings import PostingKind
from services.followup.domain.verdict import Standing
from services.followup.models import Agreement
from services.followup.repository import followed, unmatched
from services.followup.repository import postings as posting_rows
from services.followup.repository.followed import Followed
from services.followup.service.postings.said import Recorded
from services.followup.service.promises.judging import PromiseVerdicts
from services.followup.service.verdicts import Verdicts, ids_of
from services.followup.vocabulary import ACTIVE_STATES, AgreementState, UnmatchedReason

log = get_logger(__name__)


class Counting:
    """Counts postings of accounts whose locks the caller holds."""

    def __init__(self, verdicts: Verdicts, promises: PromiseVerdicts) -> None:
        self._verdicts = verdicts
        self._promises = promises

    async def count(self, uow: UnitOfWork, row: Row[Any]) -> Recorded:
        """Judge again what a new posting changes, or set it aside."""
        account_ref: str = row.account_ref
        counted_on: date | None = row.value_date
        if row.reverses is not None:
            original = await posting_rows.find_posting(uow.session, row.reverses)
            if original is None or original.kind != PostingKind.PAYMENT or original.account_ref != account_ref:
                return await self.set_aside(uow, row, UnmatchedReason.UNKNOWN_ORIGINAL)
            account_ref, counted_on = original.account, original.value_date
            if account_ref != row.account_ref:
                await followed.lock_account(uow.session, account_ref)
        if row.has_promises or account_ref != row.account_ref:
            await self._promises.judge(uow, [account_ref])
        assert counted_on is not None
        return await self._judge(uow, row, account_ref, counted_on)

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
            return await self.set_aside(uow, row, UnmatchedReason.OTHER_CURRENCY, agreement)
        was_completed = agreement.standing == Standing.COMPLETED
        await self._verdicts.judge(uow, [judged], until)
        await followed.write(uow.session, [judged])
        reopened = agreement.state == AgreementState.COMPLETED and agreement.standing != Standing.COMPLETED
        if reopened and row.reverses is not None:
            if was_completed:
                await _reopen(uow, judged, row.booking_date)
            return await self.set_aside(uow, row, UnmatchedReason.AFTER_COMPLETION, agreement)
        return Recorded(is_new=True, agreement_id=agreement.agreement_id)

    async def set_aside(
        self, uow: UnitOfWork, row: Row[Any], reason: UnmatchedReason, agreement: Agreement | None = None
    ) -> Recorded:
        """Put a posting on the work list."""
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
