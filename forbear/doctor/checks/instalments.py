"""Instalments: what each holds and how it stands is what the postings say, and nothing was missed too early."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect
from services.common.contracts.events.bank import PAYMENTS
from services.common.contracts.topics import all_topics
from services.common.kernel.money import Money
from services.followup.domain.calendar import DayCount
from services.followup.domain.instalments import judge
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import AgreementTerms, Due
from services.followup.repository.holds import Span
from services.followup.service.pausing import pauses_of
from services.followup.service.policies import Policies, day_count

_AGREEMENTS = "SELECT * FROM agreement ORDER BY account_ref, activated_on, round"
_LINES = "SELECT * FROM instalment ORDER BY agreement_id, number"
# What takes a payment back is of the account to which the payment was assigned, if it was.
_POSTINGS = """
SELECT p.posting_ref, coalesce(p.assigned_to, o.assigned_to, p.account_ref) AS account_ref, p.currency, p.amount,
    p.value_date, p.kind, p.reverses
FROM posting p LEFT JOIN posting o ON o.posting_ref = p.reverses AND o.account_ref = p.account_ref
"""
_HOLDS = """
SELECT DISTINCT ON (h.hold_id, d.case_id) d.case_id, h.starts_at, h.ends_at
FROM case_debtor d JOIN hold_fact h USING (borrower_id) ORDER BY h.hold_id, d.case_id, h.number DESC
"""
_CLOSED = "SELECT count(*) AS partitions, min(closed_through) AS day FROM closed_day"


async def _closed_through(look: Look) -> date | None:
    row = (await look.rows("followup", _CLOSED))[0]
    day: date | None = row["day"] if row["partitions"] >= all_topics()[PAYMENTS].partitions else None
    return day


@check("P6", "Each instalment holds and is what the postings of its account say, whatever order they came in")
async def verdicts_follow_from_postings(look: Look) -> Examined:
    closed = await _closed_through(look)
    lines: dict[UUID, list[Any]] = defaultdict(list)
    for row in await look.rows("followup", _LINES):
        lines[row["agreement_id"]].append(row)
    postings: dict[str, list[Any]] = defaultdict(list)
    for row in await look.rows("followup", _POSTINGS):
        postings[row["account_ref"]].append(row)
    held: dict[UUID, list[Span]] = defaultdict(list)
    for row in await look.rows("followup", _HOLDS):
        held[row["case_id"]].append((row["starts_at"], row["ends_at"]))
    agreements = await look.rows("followup", _AGREEMENTS)
    ends, policies = _ends(agreements), Policies()

    def is_as_judged(one: Any) -> bool:
        _, terms = policies.terms(one["pack"], one["activated_on"])
        days = day_count(one["pack"], one["to_business_day"], pauses_of(held[one["case_id"]], terms))
        return _as_judged(one, lines[one["agreement_id"]], postings[one["account_ref"]], closed, ends, days)

    suspects = [
        Suspect(f"agreement {one['agreement_id']}", one["case_id"]) for one in agreements if not is_as_judged(one)
    ]
    return Examined(sum(map(len, lines.values())), suspects)


def _ends(agreements: Sequence[Any]) -> Mapping[UUID, date]:
    """The day the next agreement of the same account took over, for those that have one."""
    return {
        a["agreement_id"]: b["activated_on"] for a, b in pairwise(agreements) if a["account_ref"] == b["account_ref"]
    }


def _as_judged(
    agreement: Any,
    lines: Sequence[Any],
    postings: Sequence[Any],
    closed: date | None,
    ends: Mapping[UUID, date],
    days: DayCount,
) -> bool:
    currency = agreement["currency"]
    until = ends.get(agreement["agreement_id"])
    paid_here = {
        row["posting_ref"]
        for row in postings
        if row["kind"] == PostingKind.PAYMENT
        and row["currency"] == currency
        and row["value_date"] >= agreement["activated_on"]
        and (until is None or row["value_date"] < until)
    }
    facts = [
        Posting(
            row["posting_ref"],
            PostingKind(row["kind"]),
            Money.of(row["amount"], currency),
            row["value_date"],
            row["reverses"],
        )
        for row in postings
        if row["currency"] == currency and (row["posting_ref"] in paid_here or row["reverses"] in paid_here)
    ]
    if not lines:
        return False
    verdict = judge(
        [Due(line["number"], line["due_date"], Money.of(line["amount"], currency)) for line in lines],
        facts,
        AgreementTerms(
            agreement["grace_days"],
            agreement["tolerance_percent"],
            agreement["broken_after_missed"],
            agreement["broken_after_days"],
        ),
        closed,
        days,
    )
    # An agreement that has ended is not judged again when days close; its money is what it is.
    judged = agreement["state"] in ("active", "at_risk")
    return verdict.unapplied.amount == agreement["unapplied"] and all(
        line["paid"] == found.paid.amount
        and line["paid_in_time"] == found.paid_in_time.amount
        and (not judged or line["state"] == found.state)
        for line, found in zip(lines, verdict.instalments, strict=True)
    )


_MISSED = """
SELECT i.agreement_id, i.number, i.last_good_day, i.state IN ('MISSED', 'CAUGHT_UP') AS missed
FROM instalment i JOIN agreement a USING (agreement_id)
"""


@check("P8", "No instalment was called missed before the bank had closed its last good day")
async def nothing_was_missed_early(look: Look) -> Examined:
    closed = await _closed_through(look)
    rows = await look.rows("followup", _MISSED)
    suspects = [
        Suspect(f"agreement {row['agreement_id']} instalment {row['number']}")
        for row in rows
        if row["missed"] and (closed is None or row["last_good_day"] > closed)
    ]
    return Examined(len(rows), suspects)
