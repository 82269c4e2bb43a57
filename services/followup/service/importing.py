"""Importing a file of the bank: each transaction is one transaction here, so that an interrupted import goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.matching import Payment, account_of, taken_back
from services.followup.domain.postings import Posting, PostingKind
from services.followup.errors import PostingDiffers
from services.followup.files.entries import Faulty, FileEntry, PaymentsFile, Skipped
from services.followup.files.reading import inspect, read
from services.followup.repository import files, postings, unmatched
from services.followup.service.days import Days
from services.followup.service.policies import Policies
from services.followup.service.postings.recording import MAY_POST, Postings
from services.followup.service.postings.said import Fact
from services.followup.vocabulary import Channel, UnmatchedReason


class Report(BaseModel):
    """What became of a file. `resumed_at`: so many transactions were done before."""

    message: str
    transactions: int
    recorded: int = 0
    known: int = 0
    unmatched: dict[str, int] = {}
    skipped: dict[str, int] = {}
    quarantined: int = 0
    resumed_at: int = 0
    imported_before: bool = False
    closed: date | None = None
    closes_none_because: str | None = None


class Quarantine(Protocol):
    """Where entries that cannot be used are named."""

    def add(self, line: int, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Outcome:
    is_new: bool
    unmatched: UnmatchedReason | None = None


class PaymentImports:
    """Imports files of the bank."""

    def __init__(self, database: Database, policies: Policies, recording: Postings, days: Days) -> None:
        self._database = database
        self._policies = policies
        self._recording = recording
        self._days = days

    async def run(
        self, caller: Caller, path: Path, quarantine: Quarantine, progress: Callable[[int, int], None]
    ) -> Report:
        """Import a file; again changes nothing. FileRefused when it is broken as a whole; then nothing is done.

        `progress` hears how many of how many transactions are done. The day that the file closes is closed at its end,
        after everything in it has been counted or is on the work list.
        """
        caller.require_any(MAY_POST)
        found = inspect(path)
        report = Report(
            message=found.message, transactions=found.entries, closes_none_because=found.closes_none_because
        )
        async with self._database.write(caller) as uow:
            known = await files.begin(uow.session, found.digest, found.message, found.message_id, uow.now())
        report.resumed_at, report.imported_before = known.entries_done, known.ended_at is not None
        if report.imported_before:
            report.closed = known.closes
            return report
        unclear, skipped = Counter[str](), Counter[str]()
        number = 0
        for said in read(path):
            if isinstance(said, Faulty):
                quarantine.add(said.line, said.reason)
                report.quarantined += 1
            elif isinstance(said, Skipped):
                skipped[said.reason] += 1
            else:
                number += 1
                if number > known.entries_done:
                    outcome = await self._take(caller, found, path.name, said, number)
                    report.recorded += outcome.is_new and outcome.unmatched is None
                    report.known += not outcome.is_new
                    unclear.update([outcome.unmatched.value] if outcome.unmatched else [])
                progress(number, found.entries)
        async with self._database.write(caller) as uow:
            report.closed = await self._close(uow, found)
            if report.closed is None and found.closes_none_because is None:
                accounts = self._policies.accounts_in_a_day(uow.now())
                report.closes_none_because = f"a day is whole with all pages of the statements of {accounts} accounts"
            await files.end(uow.session, found.digest, report.closed, uow.now())
            detail = {"message": found.message, "transactions": found.entries, "quarantined": report.quarantined}
            await uow.audit("payment_file.imported", f"payment-file/{found.digest}", detail=detail)
        report.unmatched, report.skipped = dict(unclear), dict(skipped)
        return report

    async def _close(self, uow: UnitOfWork, found: PaymentsFile) -> date | None:
        """Close the day of which the statements of all accounts are whole now, with the pages of other files."""
        await files.keep_pages(uow.session, found.digest, found.pages)
        days = await files.days_of(uow.session, found.digest)
        accounts = self._policies.accounts_in_a_day(uow.now())
        day = await files.whole_day(uow.session, days, accounts)
        if day is not None:
            await self._days.close_everywhere(uow, day, Channel.FILE)
        return day

    async def _take(self, caller: Caller, file: PaymentsFile, name: str, said: FileEntry, number: int) -> _Outcome:
        """Take in one transaction and note that it is done."""
        async with self._database.write(caller) as uow:
            if not await files.advance(uow.session, file.digest, number):
                return _Outcome(is_new=False)
            return await self._record(uow, file, name, said)

    async def _record(self, uow: UnitOfWork, file: PaymentsFile, name: str, said: FileEntry) -> _Outcome:
        known = None if said.reference is None else await postings.find_posting(uow.session, said.reference)
        if known is not None:
            same = (known.amount, known.currency, known.kind) == (said.amount.amount, said.amount.currency, said.kind)
            if not same:
                return await self._aside(uow, file, name, said, UnmatchedReason.DIFFERS, None)
            await postings.see_again(uow.session, known.posting_ref, said.end_to_end_id)
            return _Outcome(False)
        names = (said.end_to_end_id, said.remittance, *said.accounts)
        accounts = await files.accounts_named(uow.session, [one for one in names if one is not None])
        account, several = account_of(names, accounts)
        original: Payment | None = None
        if said.kind is not PostingKind.PAYMENT:
            original = await self._original(uow, said, account)
            account = original.account if original is not None and account is None else account
        reason = _unclear(said, account, several, original)
        if reason is not None or account is None or said.reference is None:
            return await self._aside(uow, file, name, said, reason or UnmatchedReason.NO_ACCOUNT, account)
        posting = Posting(
            said.reference, said.kind, said.amount, said.value_date, None if original is None else original.reference
        )
        try:
            recorded = await self._recording.record(
                uow, Fact(posting, account, said.booking_date, said.end_to_end_id), Channel.FILE
            )
        except PostingDiffers:
            return await self._aside(uow, file, name, said, UnmatchedReason.DIFFERS, account)
        return _Outcome(recorded.is_new, recorded.unmatched)

    async def _original(self, uow: UnitOfWork, said: FileEntry, account: str | None) -> Payment | None:
        """The payment that is taken back."""
        if said.end_to_end_id is None:
            return None
        rows = await postings.payments_of_order(uow.session, said.end_to_end_id)
        found = [Payment(row.posting_ref, row.account, Money.of(row.amount, row.currency)) for row in rows]
        return taken_back(said.amount, account, found)

    async def _aside(
        self,
        uow: UnitOfWork,
        file: PaymentsFile,
        name: str,
        said: FileEntry,
        reason: UnmatchedReason,
        account: str | None,
    ) -> _Outcome:
        """Put a transaction on the work list; the same one of another file is one entry, if the bank has named it."""
        differs = reason is UnmatchedReason.DIFFERS
        where = f"{file.digest} {said.line}"
        by_name = said.reference is not None and not differs
        entry_id = business_uuid("unmatched-posting", said.reference if by_name and said.reference else where)
        await unmatched.add(
            uow.session,
            {
                "entry_id": entry_id,
                "posting_ref": None if differs else said.reference,
                "reason": reason.value,
                "source": Channel.FILE.value,
                "account_ref": account,
                "kind": said.kind.value,
                "currency": said.amount.currency,
                "amount": said.amount.amount,
                "value_date": said.value_date,
                "booking_date": said.booking_date,
                "end_to_end_id": said.end_to_end_id,
                "remittance_ref": said.remittance,
                "found_in": f"{name[:200]}:{said.line}",
                "opened_at": uow.now(),
            },
        )
        return _Outcome(is_new=True, unmatched=reason)


def _unclear(said: FileEntry, account: str | None, several: bool, original: Payment | None) -> UnmatchedReason | None:
    if said.reference is None:
        return UnmatchedReason.NO_REFERENCE
    if several:
        return UnmatchedReason.SEVERAL_ACCOUNTS
    if said.kind is not PostingKind.PAYMENT and original is None:
        return UnmatchedReason.UNKNOWN_ORIGINAL
    return UnmatchedReason.NO_ACCOUNT if account is None else None
