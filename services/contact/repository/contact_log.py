"""SQL of the borrower's copy: everything that happened between us and one borrower about one case, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.encryption import decrypt
from services.common.runtime.sql import Sql
from services.contact.models import MESSAGE_TEXT, NUMBER_VALUE

# The encrypted column from which the words of each kind come.
_WORDS = {
    "message": MESSAGE_TEXT,
    "reply": "inbound.text",
    "conversation": "conversation.summary",
    "commitment": "commitment.text",
}
_ENDING = 4
# Why contact was stopped where the borrower asked for it. Of other holds the cause is not told.
ASKED = ("opt_out", "channel_stop", "cease")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the log as it was kept. `state` is how a message or commitment stands, the origin of a hold, the
    outcome of a conversation; `ours` whether we began it; `other` that it was another person than the borrower."""

    at: datetime
    kind: str
    ref: UUID
    channel: str | None
    state: str | None
    ours: bool
    other: bool
    words: str | None
    ending: str | None
    confirmed: bool | None
    blocks: tuple[str, ...]
    ends_at: datetime | None
    due_on: date | None
    settled_at: datetime | None


# Every part filters on the borrower too: a case may have joint debtors and guarantors, and what was said with them is
# not the borrower's. What never left the house (a message refused by a rule) is no contact. A message is placed when it
# was handed over: that moment does not move, so no line moves between two pages. An attempt that belongs to nothing any
# more is a way by which a message went in vain before it went another way.
LOG = Sql(
    """
    WITH log AS (
        SELECT m.handed_at AS at, 'message' AS kind, m.message_id AS ref, m.channel, m.state, true AS ours,
            p.third_party_id IS NOT NULL AS other, m.text AS words, p.number_id, NULL::boolean AS confirmed,
            NULL::jsonb AS blocks, NULL::timestamptz AS ends_at, NULL::date AS due_on, m.delivered_at AS settled_at
        FROM message m JOIN permit p USING (permit_id)
        WHERE m.case_id = :case_id AND p.borrower_id = :borrower_id AND m.handed_at IS NOT NULL
            AND m.state IN ('unknown', 'sent', 'delivered', 'failed')
        UNION ALL
        SELECT a.at, 'message', a.attempt_id, a.channel, 'failed', true, a.third_party_id IS NOT NULL, NULL,
            p.number_id, NULL, NULL, NULL, NULL, NULL
        FROM attempt a JOIN permit p USING (permit_id)
        WHERE a.case_id = :case_id AND a.borrower_id = :borrower_id AND a.outcome = ANY(:made::text[])
            AND a.channel NOT IN ('voice', 'visit')
            AND NOT EXISTS (SELECT FROM message m WHERE m.permit_id = a.permit_id)
        UNION ALL
        SELECT c.at, 'conversation', c.conversation_id, c.channel, c.outcome, c.permit_id IS NOT NULL,
            c.third_party_id IS NOT NULL, c.summary, p.number_id, c.read_back_confirmed,
            NULL, NULL, NULL, NULL
        FROM conversation c LEFT JOIN permit p USING (permit_id)
        WHERE c.case_id = :case_id AND c.borrower_id = :borrower_id AND c.outcome = ANY(:made::text[])
        UNION ALL
        SELECT at, 'reply', inbound_id, channel, CASE WHEN opt_out THEN 'opted_out' END, false, false, text, NULL, NULL,
            NULL, NULL, NULL, NULL
        FROM inbound WHERE borrower_id = :borrower_id
        UNION ALL
        SELECT starts_at, 'hold', hold_id, NULL, origin, origin <> ALL(:asked::text[]), false, NULL, NULL, NULL,
            blocks, ends_at, NULL, lifted_at
        FROM hold WHERE borrower_id = :borrower_id
        UNION ALL
        SELECT lifted_at, 'hold_lifted', hold_id, NULL, origin, true, false, NULL, NULL, NULL, blocks, NULL, NULL, NULL
        FROM hold WHERE borrower_id = :borrower_id AND lifted_at IS NOT NULL
        UNION ALL
        SELECT made_at, 'commitment', commitment_id, NULL, state, side = 'lender', false, text, NULL, NULL,
            NULL, NULL, due_on, settled_at
        FROM commitment WHERE case_id = :case_id AND borrower_id = :borrower_id
    )
    SELECT log.at, log.kind, log.ref, log.channel, log.state, log.ours, log.other, log.words, n.value AS number,
        log.confirmed, log.blocks, log.ends_at, log.due_on, log.settled_at
    FROM log LEFT JOIN number n ON n.number_id = log.number_id AND n.borrower_id = :borrower_id
    WHERE :at::timestamptz IS NULL OR (log.at, log.kind, log.ref) > (:at::timestamptz, :kind::text, :ref::uuid)
    ORDER BY log.at, log.kind, log.ref
    LIMIT :limit::bigint
    """
)


async def happenings(
    session: AsyncSession,
    case_id: UUID,
    borrower_id: UUID,
    made: Sequence[str],
    after: tuple[datetime, str, UUID] | None,
    limit: int | None,
) -> list[Happening]:
    """The log of a case after a place in it, in one statement; all of it when `limit` is None.

    `made` are the outcomes of attempts that were really made.
    """
    at, kind, ref = after or (None, None, None)
    values = {
        "case_id": case_id,
        "borrower_id": borrower_id,
        "made": list(made),
        "asked": list(ASKED),
        "at": at,
        "kind": kind,
        "ref": ref,
        "limit": limit,
    }
    return [_happening(dict(row)) for row in (await LOG.run(session, values)).mappings()]


def _happening(row: dict[str, Any]) -> Happening:
    """A row with its words in clear. What is about another person loses its words and number here, at the source."""
    number, words, blocks = row.pop("number"), row.pop("words"), row.pop("blocks")
    clear = words is not None and not row["other"]
    ending = None if number is None or row["other"] else decrypt(number, NUMBER_VALUE)[-_ENDING:]
    return Happening(
        **row, words=decrypt(words, _WORDS[row["kind"]]) if clear else None, ending=ending, blocks=tuple(blocks or ())
    )
