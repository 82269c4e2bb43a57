"""Promises to pay: taken over from contact, judged from the bank's postings, and a supervisor where too many broke."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from services.common.contracts.events import bank
from services.common.contracts.events.agreements import PromiseBroken, PromiseKept
from services.common.contracts.events.contacts import PromiseMade, PromiseWithdrawn
from services.common.contracts.topics import all_topics
from services.common.kernel.errors import NotFound
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.promise import (
    Promise,
    PromiseStatus,
    PromiseVerdict,
    judge_promises,
    needs_supervisor,
)
from services.followup.errors import PromiseDecided
from services.followup.models import PromiseRow
from services.followup.repository import cases, followed, promises
from services.followup.repository.postings import facts_of
from services.followup.schemas import DecidePromise, PromiseView
from services.followup.schemas import Promises as Listed
from services.followup.service.policies import PackTerms, Policies, day_count
from services.followup.vocabulary import ACCEPT_PROMISE, BROKEN_PROMISES

IN_CHARGE = ("supervisor", "manager")


class Promises:
    """Follows promises. No money keeps two of one account."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies
        self._partitions = all_topics()[bank.PAYMENTS].partitions

    async def apply_made(self, uow: UnitOfWork, received: Received[PromiseMade]) -> None:
        """promise.made: followed from now on; one of a borrower who broke too many waits for a supervisor."""
        said = received.payload
        version, terms = self._policies.terms(said.pack, said.made_on)
        await followed.lock_account(uow.session, said.account_ref)
        await cases.lock_case(uow.session, said.case_id)
        broken = await promises.broken_on(uow.session, said.borrower_id)
        waits = _too_many(broken, said.made_on, terms)
        ended = await cases.has_ended(uow.session, said.case_id)
        state = PromiseStatus.PROPOSED if waits else PromiseStatus.ACTIVE
        count = day_count(said.pack, terms.to_business_day)
        made = PromiseRow(
            promise_id=said.promise_id,
            case_id=said.case_id,
            borrower_id=said.borrower_id,
            account_ref=said.account_ref,
            currency=said.amount.currency,
            amount=said.amount.amount,
            promised_date=said.promised_date,
            made_on=said.made_on,
            grace_days=terms.promise_grace_days,
            threshold_percent=terms.promise_threshold_percent,
            to_business_day=terms.to_business_day,
            terms_version=version,
            pack=said.pack,
            state=(PromiseStatus.CANCELLED if ended else state).value,
            paid_in_time=said.amount.amount * 0,
            last_good_day=count.last_good_day(said.promised_date, terms.promise_grace_days),
            cancelled_for="case_closed" if ended else None,
            known_at=uow.now(),
        )
        if not await promises.put(uow.session, made) or ended:
            return
        await uow.audit("promise.followed", f"promise/{made.promise_id}", case_id=made.case_id, detail={"state": state})
        if waits:
            await self._ask(uow, made, ACCEPT_PROMISE, terms)
        else:
            await self.judge(uow, [said.account_ref])

    async def apply_withdrawn(self, uow: UnitOfWork, received: Received[PromiseWithdrawn]) -> None:
        """promise.withdrawn: it is not waited for any more."""
        found = await promises.lock_one(uow.session, received.payload.promise_id, uow.caller)
        if found is not None and found.state in (PromiseStatus.ACTIVE, PromiseStatus.PROPOSED):
            await self._cancel(uow, [found], "withdrawn")

    async def end_case(self, uow: UnitOfWork, case_id: UUID) -> None:
        """The case has ended: what is still promised is not waited for any more."""
        await self._cancel(uow, await promises.lock_open(uow.session, case_id), "case_closed")

    async def close_day(self, uow: UnitOfWork, through: date) -> None:
        """A day was closed that ends promises."""
        ending = await promises.accounts_ending(uow.session, through, bank.PAYMENTS)
        if ending:
            await self.judge(uow, ending)

    async def judge(self, uow: UnitOfWork, accounts: Collection[str]) -> None:
        """Judge the promises on accounts again with all facts there are."""
        found = await promises.lock_judged(uow.session, accounts)
        if not found:
            return
        facts = await facts_of(uow.session, {row.account_ref for row, _ in found}, self._partitions)
        running = None if facts.closed_through is None else facts.closed_through + timedelta(days=1)
        changed: list[PromiseRow] = []
        for row, _ in found:
            # All promises of an account share its money.
            together = {
                str(one.promise_id): _promise(one, replaced_on)
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

    async def of_case(self, caller: Caller, case_id: UUID) -> Listed:
        """The promises of a case, by their days; none for one that is not known here, or not to be seen."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await promises.of_case(session, case_id, caller)
        return Listed(items=[promise_view(one) for one in found])

    async def decide(self, caller: Caller, promise_id: UUID, body: DecidePromise) -> Answer:
        """A supervisor accepts or refuses a promise that waits, or has seen that too many were broken.

        NotFound; PromiseDecided when nothing is asked of it.
        """
        caller.require_any(IN_CHARGE)
        async with self._database.write(caller) as uow:
            row = await promises.lock_one(uow.session, promise_id, caller)
            if row is None:
                raise NotFound("there is no promise of this id")
            if caller.if_match is not None:
                caller.require_version(row.version)
            waits = row.state == PromiseStatus.PROPOSED
            kind = BROKEN_PROMISES if body.decision == "seen" else ACCEPT_PROMISE
            if waits is (body.decision == "seen") or not await uow.close_task(kind, str(promise_id), body.decision):
                raise PromiseDecided("nothing of this kind waits to be decided about the promise")
            detail = {"decision": body.decision}
            await uow.audit("promise.decided", f"promise/{promise_id}", case_id=row.case_id, detail=detail)
            if body.decision == "refuse":
                await self._cancel(uow, [row], "refused")
            elif body.decision == "accept":
                row.state, row.version = PromiseStatus.ACTIVE.value, row.version + 1
                await promises.write(uow.session, [row])
                await self.judge(uow, [row.account_ref])
                row = await promises.lock_one(uow.session, promise_id, caller)
                assert row is not None
            return uow.answer(promise_view(row), etag=row.version)

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
        if _too_many(await promises.broken_on(uow.session, row.borrower_id), row.last_good_day, terms):
            await self._ask(uow, row, BROKEN_PROMISES, terms)

    async def _ask(self, uow: UnitOfWork, row: PromiseRow, kind: str, terms: PackTerms) -> None:
        deadline: datetime = uow.now() + timedelta(days=terms.review_promises_days)
        await uow.open_task(
            NewTask(
                case_id=row.case_id,
                kind=kind,
                ref=str(row.promise_id),
                needs_role="supervisor",
                decide_path=f"/v1/promises/{row.promise_id}/decision",
                reason="too_many_broken",
                deadline=deadline,
            )
        )

    async def _cancel(self, uow: UnitOfWork, found: Sequence[PromiseRow], reason: str) -> None:
        for row in found:
            row.state, row.cancelled_for, row.version = PromiseStatus.CANCELLED.value, reason, row.version + 1
            await uow.close_task(ACCEPT_PROMISE, str(row.promise_id), reason)
            detail = {"reason": reason}
            await uow.audit("promise.cancelled", f"promise/{row.promise_id}", case_id=row.case_id, detail=detail)
        await promises.write(uow.session, found)


def promise_view(row: PromiseRow) -> PromiseView:
    """A promise as it is shown."""
    return PromiseView(
        promise_id=row.promise_id,
        case_id=row.case_id,
        account_ref=row.account_ref,
        amount=row.money(row.amount),
        promised_date=row.promised_date,
        made_on=row.made_on,
        last_good_day=row.last_good_day,
        required=_promise(row, None).required,
        paid_in_time=row.money(row.paid_in_time),
        state=PromiseStatus(row.state),
        cancelled_for=row.cancelled_for,
        version=row.version,
    )


def _promise(row: PromiseRow, replaced_on: date | None) -> Promise:
    return Promise(
        row.money(row.amount),
        row.promised_date,
        row.grace_days,
        row.threshold_percent,
        row.made_on,
        replaced_on,
        day_count(row.pack, row.to_business_day),
    )


def _too_many(broken: Collection[date], day: date, terms: PackTerms) -> bool:
    return needs_supervisor(broken, day, terms.broken_promises_most, terms.broken_promises_within_days)
