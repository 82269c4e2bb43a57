"""Promises to pay as contact says them: followed from the day they are made until they are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.common.contracts.events import bank
from services.common.contracts.events.contacts import PromiseMade, PromiseWithdrawn
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.promise import PromiseStatus
from services.followup.models import PromiseRow
from services.followup.repository import cases, followed, holds, promises
from services.followup.service.policies import Policies, day_count
from services.followup.service.promises.asking import ask_supervisor, too_many
from services.followup.service.promises.judging import PromiseVerdicts
from services.followup.vocabulary import ACCEPT_PROMISE


class Promises:
    """Begins to follow promises, and ends it."""

    def __init__(self, policies: Policies, verdicts: PromiseVerdicts) -> None:
        self._policies = policies
        self._verdicts = verdicts

    async def apply_made(self, uow: UnitOfWork, received: Received[PromiseMade]) -> None:
        """promise.made: followed from now on; one of a borrower who broke too many waits for a supervisor."""
        said = received.payload
        version, terms = self._policies.terms(said.pack, said.made_on)
        await holds.lock_person(uow.session, said.borrower_id)
        await followed.lock_account(uow.session, said.account_ref)
        await cases.lock_case(uow.session, said.case_id)
        broken = await promises.broken_on(uow.session, said.borrower_id)
        waits = too_many(broken, said.made_on, terms)
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
            await ask_supervisor(uow, made, ACCEPT_PROMISE, terms)
        else:
            await self._verdicts.judge(uow, [said.account_ref])

    async def apply_withdrawn(self, uow: UnitOfWork, received: Received[PromiseWithdrawn]) -> None:
        """promise.withdrawn: it is not waited for any more."""
        found = await promises.lock_one(uow.session, received.payload.promise_id, uow.caller)
        if found is not None and found.state in (PromiseStatus.ACTIVE, PromiseStatus.PROPOSED):
            await cancel(uow, [found], "withdrawn")

    async def end_case(self, uow: UnitOfWork, case_id: UUID) -> None:
        """The case has ended: what is still promised is not waited for any more."""
        await cancel(uow, await promises.lock_open(uow.session, case_id), "case_closed")

    async def close_day(self, uow: UnitOfWork, through: date) -> None:
        """A day was closed that ends promises."""
        ending = await promises.accounts_ending(uow.session, through, bank.PAYMENTS)
        if ending:
            await self._verdicts.judge(uow, ending)

    async def pause(self, uow: UnitOfWork, borrower_id: UUID) -> None:
        """Something was said of a person's holds: their last good days are others now."""
        accounts = await promises.accounts_of(uow.session, borrower_id, bank.PAYMENTS)
        if accounts:
            await self._verdicts.judge(uow, accounts)


async def cancel(uow: UnitOfWork, found: Sequence[PromiseRow], reason: str) -> None:
    """Wait no more for locked promises."""
    for row in found:
        row.state, row.cancelled_for, row.version = PromiseStatus.CANCELLED.value, reason, row.version + 1
        await uow.close_task(ACCEPT_PROMISE, str(row.promise_id), reason)
        detail = {"reason": reason}
        await uow.audit("promise.cancelled", f"promise/{row.promise_id}", case_id=row.case_id, detail=detail)
    await promises.write(uow.session, found)
