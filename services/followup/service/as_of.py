"""How an agreement stood as of a day, and by what was known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.common.contracts.events.bank import PAYMENTS
from services.common.contracts.topics import all_topics
from services.common.kernel.errors import NotFound
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.followup.domain.facts import Facts, Moment, Move, Pause, counted
from services.followup.domain.instalments import judge
from services.followup.domain.postings import Posting, PostingKind
from services.followup.models import Agreement
from services.followup.repository import agreements, holds, postings
from services.followup.schemas import AgreementView
from services.followup.service.applying import Applying
from services.followup.service.judgement import days_of, schedule_of, terms_of
from services.followup.service.pausing import pauses_of
from services.followup.service.policies import PackTerms, Policies
from services.followup.service.views import judged_view, parts_view

_INSTANT = timedelta(microseconds=1)


class AsOf:
    """Judges agreements for a question, and changes nothing."""

    def __init__(self, database: Database, policies: Policies, applying: Applying) -> None:
        self._database = database
        self._policies = policies
        self._applying = applying
        self._partitions = all_topics()[PAYMENTS].partitions

    async def get(self, caller: Caller, agreement_id: UUID, as_of: date | None, known_on: date | None) -> AgreementView:
        """The verdict as of the end of a bank day (None: now), by what was known at the end of a day (None: now).

        State and version are those of now: they are decisions, of which the audit tells. NotFound.
        """
        caller.require_any(ROLES)
        async with self._database.read() as session:
            found = await agreements.show(session, agreement_id, caller)
            if found is None:
                raise NotFound("there is no agreement of this id")
            agreement, lines = found
            rows = await postings.known_postings(session, agreement.account_ref)
            closings = await postings.closings(session)
            until = await agreements.next_activation(session, agreement)
            held = await holds.facts_of_case(session, agreement.case_id)
        pack = self._policies.pack(agreement.pack, self._database.clock.now())
        end_of_day = None if known_on is None else pack.at(known_on + timedelta(days=1)) - _INSTANT
        moment = Moment(as_of, end_of_day)
        facts = Facts(_postings(agreement, rows, until), _moves(rows), closings, _pauses(held, pack))
        known = counted(facts, agreement.account_ref, moment, self._partitions)
        days = days_of(agreement, known.pauses)
        schedule, terms = schedule_of(agreement, lines), terms_of(agreement)
        verdict = judge(schedule, known.postings, terms, known.closed_through, days)
        parts = parts_view(self._applying.applied(agreement, lines, known.postings))
        return judged_view(agreement, verdict, parts, as_of, known_on, known.closed_through)


def _postings(agreement: Agreement, rows: Sequence[Row[Any]], until: date | None) -> list[Posting]:
    """The postings that can count for the agreement: what is valued while it is in force, and what takes that back."""
    own = [row for row in rows if row.currency == agreement.currency]
    payments = {
        row.posting_ref
        for row in own
        if row.reverses is None
        and row.value_date >= agreement.activated_on
        and (until is None or row.value_date < until)
    }
    return [
        Posting(
            row.posting_ref,
            PostingKind(row.kind),
            agreement.money(row.amount),
            row.value_date,
            row.reverses,
            row.account_ref,
            row.booking_date,
            row.first_seen_at,
        )
        for row in own
        if row.posting_ref in payments or row.reverses in payments
    ]


def _pauses(rows: Sequence[Row[Any]], pack: PackTerms) -> list[Pause]:
    said = [(row, pauses_of([(row.starts_at, row.ends_at)], pack)[0]) for row in rows]
    return [Pause(str(row.hold_id), days.start, days.end, row.known_at) for row, days in said]


def _moves(rows: Sequence[Row[Any]]) -> list[Move]:
    return [Move(row.posting_ref, row.assigned_to, row.assigned_at) for row in rows if row.assigned_to is not None]
