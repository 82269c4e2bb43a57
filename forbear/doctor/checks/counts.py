"""Contact: nobody was called too often, too soon after a conversation, or while a stop was in force.

Counted again from what was done, over local days in every zone of the borrower, by the numbers of the rule packs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from forbear.doctor.by_packs import packs, terms_of
from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect
from services.contact.domain.guard.terms import GuardTerms, RuleTerms
from services.contact.domain.vocabulary import Channel

# Every contact with its debtor, in each zone. Calls to a number that was somebody else's, and to third parties, count
# for the number only. What the borrower began is told by conversations without a permit.
_DONE = """
SELECT a.attempt_id AS id, a.borrower_id, a.case_id, a.channel, a.number_digest, a.outcome, a.at, false AS inbound,
       a.counts_as_attempt, a.counts_as_conversation, c.pack, zone, (a.at AT TIME ZONE zone)::date AS day,
       p.asked ->> 'actor' AS actor, p.asked ->> 'product' AS product, coalesce(p.overridden, '[]') ? 'US-04' AS free04,
       coalesce(p.overridden, '[]') ? 'US-05' AS free05, coalesce(p.overridden, '[]') ? 'AU-08' AS free08,
       coalesce((p.facts ->> 'agreed_more_calls')::boolean, false) AS more, n.place,
       a.third_party_id IS NOT NULL OR n.barred_for IS NOT DISTINCT FROM 'wrong_number' OR EXISTS (
           SELECT FROM attempt w WHERE w.borrower_id = a.borrower_id AND w.number_digest = a.number_digest
               AND w.outcome = 'WRONG_NUMBER') AS elsewhere
FROM attempt a JOIN contact_case c USING (case_id) LEFT JOIN permit p USING (permit_id)
LEFT JOIN number n ON n.number_id = p.number_id, jsonb_array_elements_text(c.time_zones) zone
UNION ALL
SELECT v.conversation_id, v.borrower_id, v.case_id, v.channel, NULL, v.outcome, v.at, true, false, true, c.pack, zone,
       (v.at AT TIME ZONE zone)::date, NULL, NULL, false, false, false, false, NULL, false
FROM conversation v JOIN contact_case c USING (case_id), jsonb_array_elements_text(c.time_zones) zone
WHERE v.permit_id IS NULL
ORDER BY at, id
"""
_AGREED = """
SELECT c.borrower_id, coalesce(v.at, c.given_at) AS at, c.revoked_at
FROM consent c LEFT JOIN conversation v USING (conversation_id) WHERE c.kind = 'call_back'
"""
_DEAD = frozenset({"BUSY", "NOT_IN_SERVICE", "WRONG_FORMAT"})


@dataclass
class Account:
    """What was done so far with one person about one debt in one zone: the days of each kind, in order."""

    tried: list[date] = field(default_factory=list)
    rung: list[date] = field(default_factory=list)
    elsewhere: list[date] = field(default_factory=list)
    met: list[date] = field(default_factory=list)
    spoke: list[tuple[datetime, date]] = field(default_factory=list)


class Agreements:
    """When people agreed to be called again: each for some local days, until the next conversation."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._given: dict[UUID, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        for row in rows:
            self._given[row["borrower_id"]].append((row["at"], row["revoked_at"]))

    def said(self, row: Any) -> None:
        """A conversation in which it was agreed."""
        self._given[row["borrower_id"]].append((row["at"], None))

    def cover(self, row: Any, days: int, account: Account) -> bool:
        """Whether a call was agreed to. A day more or less, by the zone of the consent, is not held against anybody."""
        before = [at for at, revoked in self._given[row["borrower_id"]] if at < row["at"] and not _over(revoked, row)]
        if not before:
            return False
        given = max(before)
        spoken = [at for at, _ in account.spoke]
        if bisect_left(spoken, row["at"]) > bisect_right(spoken, given):
            return False
        return bool(row["day"] - given.date() <= timedelta(days=days))


def _over(revoked: datetime | None, row: Any) -> bool:
    return revoked is not None and revoked <= row["at"]


class Counts:
    """Goes through everything that was done, in order, and finds what was too much or too soon."""

    def __init__(self, agreed: Agreements) -> None:
        self._packs = packs()
        self._agreed = agreed
        self._accounts: dict[tuple[UUID, UUID, str], Account] = defaultdict(Account)
        self._dialled: dict[Any, int] = defaultdict(int)
        self._called: dict[Any, int] = defaultdict(int)
        self.too_often: dict[UUID, Suspect] = {}
        self.too_soon: dict[UUID, Suspect] = {}

    def take(self, row: Any) -> None:
        terms = terms_of(self._packs, row["pack"], row["day"], row["channel"], row["actor"], row["product"])
        suspect = Suspect(f"attempt {row['id']}", row["case_id"])
        if terms is None:
            self.too_often[row["id"]] = suspect
            return
        account = self._accounts[row["borrower_id"], row["case_id"], row["zone"]]
        call = row["channel"] == Channel.VOICE and not row["inbound"]
        if call and self._soon(row, terms, account):
            self.too_soon[row["id"]] = suspect
        if (call and self._often(row, terms, account)) or self._met_too_often(row, terms, account):
            self.too_often[row["id"]] = suspect
        if row["counts_as_conversation"] and row["channel"] == Channel.VOICE and not row["elsewhere"]:
            account.spoke.append((row["at"], row["day"]))
            if row["outcome"] == "RPC_CALLBACK_AGREED":
                self._agreed.said(row)

    def _often(self, row: Any, terms: GuardTerms, account: Account) -> bool:
        if not row["counts_as_attempt"]:
            return False
        place = (row["zone"], row["day"])
        self._dialled[(row["number_digest"], *place)] += 1
        wrong = not row["more"] and self._dialled[(row["number_digest"], *place)] > _most(
            terms, "attempts_per_number_per_day"
        )
        if row["elsewhere"]:
            return wrong
        self._called[(row["borrower_id"], *place)] += int(row["counts_as_conversation"])
        if row["counts_as_conversation"]:
            wrong |= self._called[(row["borrower_id"], *place)] > _most(terms, "effective_calls_per_debtor_per_day")
        return self._about_a_debt(row, terms, account) or wrong

    def _about_a_debt(self, row: Any, terms: GuardTerms, account: Account) -> bool:
        wrong, day = False, row["day"]
        covered = {r.id: self._covered(row, r, account) for r in terms.limiting("calls_per_debt_in_7_days")}
        at_home = row["place"] in (None, "home", "mobile")
        account.tried.append(day)
        if row["outcome"] not in _DEAD and not any(covered.values()):
            account.rung.append(day)
        if row["place"] not in ("home", "mobile"):
            account.elsewhere.append(day)
        for rule in terms.limiting("calls_per_debt_in_7_days"):
            elsewhere = "max_calls_elsewhere" in rule.values
            if row["free04"] or covered[rule.id] or (elsewhere and not at_home):
                continue
            days = account.tried if elsewhere else account.rung
            wrong |= _within(days, day, 7) > rule.of("calls_per_debt_in_7_days")
        for rule in terms.limiting("calls_per_debt_elsewhere_in_30_days"):
            wrong |= not at_home and _within(account.elsewhere, day, 30) > rule.of(
                "calls_per_debt_elsewhere_in_30_days"
            )
        return wrong

    def _covered(self, row: Any, rule: RuleTerms, account: Account) -> bool:
        days: int = rule.values.get("consent_days", 0)
        return days > 0 and self._agreed.cover(row, days, account)

    def _soon(self, row: Any, terms: GuardTerms, account: Account) -> bool:
        """Whether a call came within the days after a conversation about the debt, its own day the first."""
        if row["elsewhere"] or row["free05"] or not account.spoke:
            return False
        last = max(day for _, day in account.spoke)
        days = max((rule.values["consent_days"] for rule in terms.having("consent_days")), default=0)
        waits = [rule.of("wait_days_after_conversation") for rule in terms.limiting("wait_days_after_conversation")]
        if not any(row["day"] < last + timedelta(days=wait) for wait in waits):
            return False
        return not (days and self._agreed.cover(row, days, account))

    def _met_too_often(self, row: Any, terms: GuardTerms, account: Account) -> bool:
        if not row["counts_as_conversation"] or row["inbound"] or row["elsewhere"]:
            return False
        account.met.append(row["day"])
        limits = (("contacts_per_account_in_7_days", 7), ("contacts_per_account_in_30_days", 30))
        return not row["free08"] and any(
            _within(account.met, row["day"], days) > rule.of(name)
            for name, days in limits
            for rule in terms.limiting(name)
        )


def _within(days: list[date], last: date, length: int) -> int:
    """How many of the days are among so many that end with `last`."""
    return len(days) - bisect_left(days, last - timedelta(days=length - 1))


def _most(terms: GuardTerms, dimension: str) -> float:
    """The lowest cap of the packs, none where they name none."""
    return min((float(rule.of(dimension)) for rule in terms.limiting(dimension)), default=float("inf"))


async def _counted(look: Look) -> tuple[Counts, int]:
    counts = Counts(Agreements(await look.rows("contact", _AGREED)))
    rows = await look.rows("contact", _DONE)
    for row in rows:
        counts.take(row)
    return counts, len({row["id"] for row in rows})


@check("C2", "No number was dialled, and nobody was called or met, more often than the rule pack allows")
async def counts_were_kept(look: Look) -> Examined:
    counts, examined = await _counted(look)
    return Examined(examined, list(counts.too_often.values()))


@check("C3", "After a conversation nobody was called again before the days of the rule pack were over")
async def waits_were_kept(look: Look) -> Examined:
    counts, examined = await _counted(look)
    return Examined(examined, list(counts.too_soon.values()))


_STOPPED = """
SELECT p.permit_id, p.case_id, EXISTS (
    SELECT FROM stop_order s
    WHERE s.placed_at < p.decided_at AND (s.lifted_at IS NULL OR p.decided_at < s.lifted_at) AND (
        s.scope = 'all'
        OR s.scope = 'pack' AND s.value = ANY (string_to_array(p.pack, '+'))
        OR s.scope = 'channel' AND s.value = p.channel
        OR s.scope = 'template' AND s.value IN (p.purpose, p.facts ->> 'template')
        OR s.scope = 'portfolio' AND s.value = c.portfolio)) AS stopped
FROM permit p JOIN contact_case c USING (case_id) WHERE p.verdict = 'permitted'
"""


@check("C4", "Nobody was let contact anybody while a stop covered it")
async def stops_were_kept(look: Look) -> Examined:
    rows = await look.rows("contact", _STOPPED)
    return Examined(
        len(rows), [Suspect(f"permit {row['permit_id']}", row["case_id"]) for row in rows if row["stopped"]]
    )
