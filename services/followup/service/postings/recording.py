"""Recording postings: feed, API, files and people who assign them share the one use case."""

from __future__ import annotations

from services.common.contracts.events.bank import PaymentPosted
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.repository import followed, unmatched
from services.followup.repository import postings as posting_rows
from services.followup.schemas import NewPayment, PaymentView
from services.followup.service.policies import Policies
from services.followup.service.postings.counting import Counting, in_force
from services.followup.service.postings.said import Fact, Recorded, fact_of, require_same, values_of
from services.followup.vocabulary import Channel, UnmatchedReason

MAY_POST = ("system",)


class Postings:
    """Records postings; feed, API, files and people who assign them share the one use case."""

    def __init__(self, database: Database, policies: Policies, counting: Counting) -> None:
        self._database = database
        self._policies = policies
        self._counting = counting

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
        values = values_of(fact) | {"source": source.value, "end_to_end_id": fact.end_to_end_id, "at": now}
        row = await posting_rows.keep_posting(uow.session, values, counts=counts)
        if not row.is_new:
            require_same(row, fact)
            return Recorded(is_new=False)
        if not counts:
            return await self._counting.set_aside(uow, row, UnmatchedReason.ACCOUNT_FORMAT)
        return await self._counting.count(uow, row)

    async def _became(self, uow: UnitOfWork, payment: NewPayment) -> Recorded:
        """What became of a known posting of a locked account."""
        aside = await unmatched.find(uow.session, payment.posting_ref)
        if aside is not None:
            return Recorded(False, aside.agreement_id, UnmatchedReason(aside.reason))
        original = None if payment.reverses is None else await posting_rows.find_posting(uow.session, payment.reverses)
        counted_on = payment.value_date if original is None else original.value_date
        found = in_force(await followed.lock_agreements_of_account(uow.session, payment.account_ref), counted_on)
        return Recorded(False, None if found is None else found[0].agreement.agreement_id)
