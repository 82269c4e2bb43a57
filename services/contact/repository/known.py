"""SQL of what the guard is told: one statement under the lock of a person's budget."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.contact.domain.guard.facts import Contact, HoldFact, NumberFact, Place, Represented
from services.contact.domain.stops import StopFact, StopScope
from services.contact.domain.vocabulary import Channel
from services.contact.repository.limitation import LIMITATION, LimitationKnown

REFERENCE = 16
"""How much of a digest stands for a number or a third party in what is kept with a decision."""

# All that the guard is told, at once. The holds in force on a person (of those on a share of a debt the ones of this
# case, and those on its debt, on whomever they were placed), and how far that can be trusted: on how many
# partitions a beat was heard and the oldest of them, and whether anything of the person is set aside. One row for
# each hold, one with nulls for none. With them all stops in force (nobody keeps a copy of those), what the person asked
# for and agreed to, who speaks for the person, the number as it is now, and the contacts that counts may need from
# `since` on (of a reply: from the message that it answers): with this person, on this number whoever answers it,
# permits that may still be used, those that ran out of which nobody has said what became of them (that is owed, see
# service/permits/using.py), and conversations that the person began. A conversation of which nobody has recorded
# the outcome counts as one. A number or third party is known by the
# beginning of its digest; calls to a number that turned out to be somebody else's were with somebody else (US-07).
KNOWN = Sql(
    f"""
    SELECT heard.*, h.hold_id, h.blocks, h.ends_at
    FROM (
        SELECT beats.partitions, beats.oldest, said.inbound_at, EXISTS (
            SELECT FROM held_message w
            WHERE w.topic = :topic AND w.status IN ('dead', 'waiting') AND EXISTS (
                SELECT FROM contact_case c
                WHERE (c.case_id = :case_id OR (c.borrower_id = :person_id AND c.closed_at IS NULL))
                    AND c.case_id::text IN (w.key, w.subject))) AS aside,
            (SELECT jsonb_agg(jsonb_build_array(stop_id, scope, value) ORDER BY stop_id)
            FROM stop_order WHERE lifted_at IS NULL) AS stops,
            (SELECT jsonb_build_array(stopped_channels, inconvenient, occasions, work_request_on, work_forbidden, care)
            FROM person WHERE borrower_id = :person_id) AS person,
            (SELECT jsonb_agg(jsonb_build_array(c.kind, c.details, coalesce(v.at, c.given_at))
                ORDER BY c.given_at, c.consent_id)
            FROM consent c LEFT JOIN conversation v ON v.conversation_id = c.conversation_id
            WHERE c.borrower_id = :person_id AND c.revoked_at IS NULL) AS consents,
            (SELECT jsonb_build_array(asked_on, agrees_to_contact) FROM representative
            WHERE case_id = :case_id AND borrower_id = :person_id AND kind = 'attorney' AND ended_at IS NULL
            ORDER BY agrees_to_contact, asked_on DESC NULLS FIRST LIMIT 1) AS attorney,
            (SELECT jsonb_build_array(provenance, left(digest, 16), place, barred_for, confirmed_on, handed_over,
                notice_on)
            FROM number WHERE number_id = CAST(:number_id AS uuid)) AS number,
            {LIMITATION} AS limitation,
            CASE WHEN said.since IS NOT NULL THEN (
                SELECT jsonb_agg(to_jsonb(known) || jsonb_build_object('third_party', left(t.digest, 16))
                    ORDER BY known.at)
                FROM (
                    SELECT a.at, a.channel, a.outcome, left(a.number_digest, 16) AS number, a.case_id,
                        false AS by_borrower, a.borrower_id <> :person_id OR EXISTS (
                            SELECT FROM number n WHERE n.borrower_id = :person_id AND n.digest = a.number_digest
                                AND n.barred_for = 'wrong_number') AS somebody_else,
                        CAST(NULL AS timestamptz) AS until, a.third_party_id
                    FROM attempt a
                    WHERE (a.borrower_id = :person_id OR a.number_digest = CAST(:digest AS text)) AND a.at >= said.since
                    UNION ALL
                    SELECT p.decided_at, p.channel, NULL, left(p.number_digest, 16), p.case_id, false,
                        p.borrower_id <> :person_id, CASE WHEN t.permit_id IS NULL THEN p.expires_at END,
                        p.third_party_id
                    FROM permit p LEFT JOIN talk t ON t.permit_id = p.permit_id AND t.ended_at IS NULL
                    WHERE p.verdict = 'permitted' AND p.used_at IS NULL
                        AND (p.expires_at > :now OR t.permit_id IS NOT NULL OR p.decided_at >= said.since AND EXISTS (
                            SELECT FROM obligation o
                            WHERE o.kind = 'report_contact' AND o.ref = p.permit_id::text AND o.state = 'open'))
                        AND (p.borrower_id = :person_id OR p.number_digest = CAST(:digest AS text))
                    UNION ALL
                    SELECT at, channel, outcome, NULL, case_id, true, false, NULL, NULL
                    FROM conversation
                    WHERE borrower_id = :person_id AND permit_id IS NULL AND at >= said.since
                ) known LEFT JOIN third_party t USING (third_party_id)) END AS history
        FROM (
            SELECT count(beat_at) AS partitions, min(beat_at) AS oldest FROM consumer_position WHERE topic = :topic
        ) beats, (
            SELECT inbound_at, least(CAST(:since AS timestamptz), inbound_at) AS since
            FROM (SELECT CASE WHEN CAST(:replies AS boolean) THEN (
                SELECT max(at) FROM inbound WHERE borrower_id = :person_id AND channel = CAST(:channel AS text)
            ) END AS inbound_at) last) said
    ) heard
    LEFT JOIN hold h ON (
            h.borrower_id = :person_id AND (h.reach <> 'share' OR h.case_id = :case_id)
            OR h.reach = 'debt' AND h.case_id = :case_id)
        AND (h.lifted_at IS NULL OR h.lifted_at > :now)
        AND h.starts_at <= :now AND (h.ends_at IS NULL OR h.ends_at > :now)
    ORDER BY h.hold_id
    """  # noqa: S608 - made of constants
)


@dataclass(frozen=True, slots=True)
class Consent:
    """Something a person agreed to and did not revoke. What was agreed in a conversation holds from its end on."""

    kind: str
    details: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person asked of us, as it is kept."""

    stopped_channels: tuple[str, ...] = ()
    inconvenient: tuple[dict[str, Any], ...] = ()
    occasions: tuple[dict[str, Any], ...] = ()
    work_request_on: date | None = None
    work_forbidden: bool = False
    care: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The holds in force on a person, whichever case they came from, and how far this copy can be trusted; with them
    the stops in force, whatever they cover, what the person asked for and agreed to, the number as it is now (None:
    there is none), until when the debt can be claimed (None: nothing was said), the contacts that count, and the
    person's last message in the channel.

    On how many partitions a beat was heard, the oldest of the beats, and whether an event of one of the person's
    open cases (or of the case that is asked about) is set aside, so that a hold among them may not be known here.
    """

    holds: tuple[HoldFact, ...]
    partitions: int
    oldest: datetime | None
    aside: bool
    stops: tuple[StopFact, ...]
    preferences: Preferences
    consents: tuple[Consent, ...]
    represented: Represented | None
    number: NumberFact | None
    history: tuple[Contact, ...]
    inbound_at: datetime | None
    limitation: LimitationKnown | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look up. Contacts from `since` on, None: none; the person's last message only with `replies`."""

    case_id: UUID
    person_id: UUID
    number_id: UUID | None
    digest: str | None
    channel: Channel
    since: datetime | None
    replies: bool


async def known_of(session: AsyncSession, topic: str, wanted: Wanted, now: datetime) -> Known:
    """What is known of a person at `now`, as far as the events of a topic were heard."""
    values = {
        "topic": topic, "case_id": wanted.case_id, "person_id": wanted.person_id, "number_id": wanted.number_id,
        "digest": wanted.digest, "channel": wanted.channel.value, "now": now, "since": wanted.since,
        "replies": wanted.replies,
    }  # fmt: skip
    rows = (await KNOWN.run(session, values)).all()
    one = rows[0]
    return Known(
        holds=tuple(HoldFact(str(row.hold_id), tuple(sorted(row.blocks)), row.ends_at) for row in rows if row.hold_id),
        partitions=one.partitions,
        oldest=one.oldest,
        aside=one.aside,
        stops=tuple(StopFact(stop_id, StopScope(scope), value) for stop_id, scope, value in one.stops or ()),
        preferences=_preferences(one.person),
        consents=tuple(Consent(kind, details, datetime.fromisoformat(at)) for kind, details, at in one.consents or ()),
        represented=None if one.attorney is None else Represented(_day(one.attorney[0]), one.attorney[1]),
        number=_number(one.number),
        history=tuple(_contact(contact) for contact in one.history or ()),
        inbound_at=one.inbound_at,
        limitation=LimitationKnown.of(one.limitation),
    )


def _preferences(row: list[Any] | None) -> Preferences:
    if row is None:
        return Preferences()
    stopped, inconvenient, occasions, work_request_on, work_forbidden, care = row
    return Preferences(
        tuple(stopped), tuple(inconvenient), tuple(occasions), _day(work_request_on), work_forbidden, tuple(care)
    )


def _number(row: list[Any] | None) -> NumberFact | None:
    if row is None:
        return None
    provenance, ref, place, barred, confirmed_on, handed_over, notice_on = row
    return NumberFact(
        provenance, ref, Place(place) if place else None, barred, _day(confirmed_on), handed_over, _day(notice_on)
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _contact(one: dict[str, Any]) -> Contact:
    return Contact(
        at=datetime.fromisoformat(one["at"]),
        channel=Channel(one["channel"]),
        outcome=one["outcome"],
        number=one["number"],
        debts=(one["case_id"],),
        by_borrower=one["by_borrower"],
        third_party=one["third_party"],
        somebody_else=one["somebody_else"],
        until=None if one["until"] is None else datetime.fromisoformat(one["until"]),
    )
