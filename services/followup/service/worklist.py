"""The work list of postings that fit nowhere: people say where they belong, or that nothing comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.common.kernel.errors import NotFound
from services.common.kernel.money import Money
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import Page, PageQuery
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.postings import Posting, PostingKind
from services.followup.errors import CannotBeAssigned, EntryResolved
from services.followup.models import UnmatchedPosting
from services.followup.repository import postings, unmatched
from services.followup.schemas import Assignment, Dismissal, UnmatchedView
from services.followup.service.policies import Policies
from services.followup.service.postings.counting import Counting
from services.followup.service.postings.recording import Postings
from services.followup.service.postings.said import Fact, Recorded
from services.followup.service.views import unmatched_view
from services.followup.vocabulary import Channel, Resolution, UnmatchedReason

MAY_RESOLVE = ("agent", "senior_agent", "supervisor", "manager")
#: Kept postings that another account makes clear; what came after completion or in another currency none does.
_MOVABLE = (UnmatchedReason.ACCOUNT_FORMAT, UnmatchedReason.UNKNOWN_ORIGINAL)


class WorkList:
    """Shows the list and takes entries off it."""

    def __init__(self, database: Database, policies: Policies, recording: Postings, counting: Counting) -> None:
        self._database = database
        self._policies = policies
        self._recording = recording
        self._counting = counting

    async def page(self, caller: Caller, asked: PageQuery) -> Page[UnmatchedView]:
        """Open entries, oldest first."""
        caller.require_any(ROLES)
        async with self._database.read() as session:
            rows = await unmatched.page(session, caller, asked.after, asked.limit)
        return asked.page(rows, lambda row: (row.opened_at, row.entry_id), unmatched_view)

    async def waiting(self) -> Mapping[str, int]:
        """How many entries are open, by reason."""
        async with self._database.read() as session:
            return await unmatched.count(session)

    async def assign(self, caller: Caller, entry_id: UUID, body: Assignment) -> Answer:
        """Say which account a posting belongs to, and what it lacks; it counts from then on.

        NotFound, EntryResolved, CannotBeAssigned, PostingDiffers (the reference is known for another posting).
        """
        caller.require_any(MAY_RESOLVE)
        async with self._database.write(caller) as uow:
            entry = await self._open(uow, entry_id)
            if not self._policies.is_account(body.account_ref, uow.now()):
                raise CannotBeAssigned("no account has such a reference", fields=[("#/account_ref", "wrong format")])
            kept = None if entry.posting_ref is None else await postings.find_posting(uow.session, entry.posting_ref)
            if kept is not None:
                recorded = await self._move(uow, entry, body, kept.account)
            else:
                recorded = await self._keep(uow, entry, body)
            detail = {"account_ref": body.account_ref, "reason": entry.reason}
            return await self._resolved(uow, entry, Resolution.ASSIGNED, detail, recorded.agreement_id)

    async def dismiss(self, caller: Caller, entry_id: UUID, body: Dismissal) -> Answer:
        """Say that nothing comes of a posting here, and why. NotFound, EntryResolved."""
        caller.require_any(MAY_RESOLVE)
        async with self._database.write(caller) as uow:
            entry = await self._open(uow, entry_id)
            detail = {"reason": entry.reason, "because": body.because}
            return await self._resolved(uow, entry, Resolution.DISMISSED, detail, entry.agreement_id)

    async def _open(self, uow: UnitOfWork, entry_id: UUID) -> UnmatchedPosting:
        entry = await unmatched.lock(uow.session, entry_id, uow.caller)
        if entry is None:
            raise NotFound("there is no such posting on the work list")
        uow.session.expunge(entry)
        if entry.resolved_at is not None:
            raise EntryResolved("somebody was faster, or it became clear by itself")
        return entry

    async def _move(self, uow: UnitOfWork, entry: UnmatchedPosting, body: Assignment, account: str) -> Recorded:
        """The posting is kept, on another account."""
        assert entry.posting_ref is not None
        if entry.reason not in _MOVABLE or body.posting_ref is not None or body.reverses is not None:
            raise CannotBeAssigned("what is known of this posting cannot be changed; it can be dismissed")
        if body.account_ref == account:
            raise CannotBeAssigned("it is on this account", fields=[("#/account_ref", "nothing would change")])
        if entry.reverses is not None:
            original = await postings.find_posting(uow.session, entry.reverses)
            if original is None or original.account != body.account_ref or original.reverses is not None:
                raise CannotBeAssigned(
                    "what it takes back is not on that account", fields=[("#/account_ref", "has no such payment")]
                )
        return await self._counting.reassign(uow, entry.posting_ref, body.account_ref)

    async def _keep(self, uow: UnitOfWork, entry: UnmatchedPosting, body: Assignment) -> Recorded:
        """The posting is kept nowhere yet, because it lacks an account, a reference, or the payment it takes back."""
        reference = entry.posting_ref or body.posting_ref
        if reference is None:
            raise CannotBeAssigned("the bank's own reference is needed", fields=[("#/posting_ref", "missing")])
        if entry.posting_ref is not None and body.posting_ref not in (None, entry.posting_ref):
            raise CannotBeAssigned("the bank named it otherwise", fields=[("#/posting_ref", "differs")])
        reverses = entry.reverses or body.reverses
        if (entry.kind == PostingKind.PAYMENT) is not (reverses is None):
            raise CannotBeAssigned(
                "a payment takes nothing back; anything else names the payment it takes back",
                fields=[("#/reverses", "missing or too much")],
            )
        posting = Posting(
            reference,
            PostingKind(entry.kind),
            Money.of(entry.amount, entry.currency),
            entry.value_date,
            reverses,
        )
        recorded = await self._recording.record(
            uow, Fact(posting, body.account_ref, entry.booking_date, entry.end_to_end_id), Channel(entry.source)
        )
        if recorded.unmatched is UnmatchedReason.UNKNOWN_ORIGINAL:
            raise CannotBeAssigned("that payment is not on this account", fields=[("#/reverses", "unknown")])
        return recorded

    async def _resolved(
        self,
        uow: UnitOfWork,
        entry: UnmatchedPosting,
        how: Resolution,
        detail: dict[str, str],
        agreement_id: UUID | None,
    ) -> Answer:
        await unmatched.resolve(uow.session, entry.entry_id, how, uow.now(), uow.caller.person)
        await uow.audit(f"unmatched_posting.{how.value}", f"unmatched-posting/{entry.entry_id}", detail=detail)
        view = unmatched_view(entry).model_copy(update={"resolution": how, "agreement_id": agreement_id})
        return uow.answer(view)
