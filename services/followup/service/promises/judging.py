"""Judging promises from the facts of their accounts, and saying what has changed. No money keeps two of one account.

On the days of a hold under which nobody has to pay no promise is broken either, and its grace does not run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from services.common.contracts.events import bank
from services.common.contracts.events.agreements import PromiseBroken, PromiseKept
from services.common.contracts.topics import all_topics
from services.common.kernel.period import Period
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.promise import Promise, PromiseStatus, PromiseVerdict, judge_promises
from services.followup.models import PromiseRow
from services.followup.repository import holds, promises
from services.followup.repository.postings import facts_of
from services.followup.service.pausing import pauses_of
from services.followup.service.policies import Policies, day_count
from services.followup.service.promises.asking import ask_supervisor, too_many
from services.followup.vocabulary import BROKEN_PROMISES


class PromiseVerdicts:
    """Judges promises of accounts whose locks the caller holds."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._partitions = all_topics()[bank.PAYMENTS].partitions

    async def judge(self, uow: UnitOfWork, accounts: Collection[str]) -> None:
        """Judge the promises on accounts again with all facts there are."""
        found = await promises.lock_judged(uow.session, accounts)
        if not found:
            return
        facts = await facts_of(uow.session, {row.account_ref for row, _ in found}, self._partitions)
        held = await holds.of_persons(uow.session, {row.borrower_id for row, _ in found})
        running = None if facts.closed_through is None else facts.closed_through + timedelta(days=1)
        changed: list[PromiseRow] = []
        for row, _ in found:
            # All promises of an account share its money.
            together = {
                str(one.promise_id): promise_of(one, replaced_on, self._pauses(uow, one, held))
                for one, replaced_on in found
                if (one.account_ref, one.currency) == (row.account_ref, row.currency)
            }
            own = [
                Posting(p.posting_ref, PostingKind(p.kind), row.money(p.amount), p.value_date, p.reverses)
                for p in facts.postings.get(row.account_ref, ())
                if p.currency == row.currency
            ]
            verdict = judge_promises(together, own, running)[str(row.promise_id)]
            if await self._take(uow, row, verdict):
                changed.append(row)
        await promises.write(uow.session, changed)
        for row in changed:
            if row.state == PromiseStatus.BROKEN:
                await self._look_at_broken(uow, row)

    def _pauses(
        self, uow: UnitOfWork, row: PromiseRow, held: Mapping[UUID, Sequence[holds.Span]]
    ) -> tuple[Period[date], ...]:
        return pauses_of(held.get(row.borrower_id, ()), self._policies.pack(row.pack, uow.now()))

    async def _take(self, uow: UnitOfWork, row: PromiseRow, verdict: PromiseVerdict) -> bool:
        """Set a verdict on a promise and say what has changed; whether anything has."""
        before = (row.state, row.paid_in_time, row.last_good_day)
        state = row.state
        row.state, row.paid_in_time, row.last_good_day = (
            verdict.status.value,
            verdict.paid_in_time.amount,
            verdict.last_good_day,
        )
        row.cancelled_for = "replaced" if verdict.status is PromiseStatus.CANCELLED else None
        if (row.state, row.paid_in_time, row.last_good_day) == before:
            return False
        row.version += 1
        if row.state == state:
            return True
        told = {
            "case_id": row.case_id,
            "promise_id": row.promise_id,
            "promised": row.money(row.amount),
            "paid_in_time": verdict.paid_in_time,
            "last_good_day": row.last_good_day,
        }
        if verdict.status is PromiseStatus.KEPT:
            await uow.emit(PromiseKept.model_validate(told))
        elif verdict.status in (PromiseStatus.BROKEN, PromiseStatus.PARTIALLY_KEPT):
            partly = verdict.status is PromiseStatus.PARTIALLY_KEPT
            await uow.emit(PromiseBroken.model_validate(told | {"partly": partly}))
        detail = {"state": row.state, "terms": row.terms_version, "state_hash": verdict.state_hash}
        await uow.audit("promise.judged", f"promise/{row.promise_id}", case_id=row.case_id, detail=detail)
        return True

    async def _look_at_broken(self, uow: UnitOfWork, row: PromiseRow) -> None:
        """Ask a supervisor when a borrower has now broken too many."""
        terms = self._policies.pack(row.pack, uow.now())
        if too_many(await promises.broken_on(uow.session, row.borrower_id), row.last_good_day, terms):
            await ask_supervisor(uow, row, BROKEN_PROMISES, terms)


def promise_of(row: PromiseRow, replaced_on: date | None = None, pauses: tuple[Period[date], ...] = ()) -> Promise:
    """A stored promise, by its own terms; the day an agreement began after it, if one did; days of holds."""
    return Promise(
        row.money(row.amount),
        row.promised_date,
        row.grace_days,
        row.threshold_percent,
        row.made_on,
        replaced_on,
        day_count(row.pack, row.to_business_day, pauses),
    )
