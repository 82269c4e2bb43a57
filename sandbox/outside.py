"""How the outside stands: what is in flight there and what is planned next, read in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.store import Tx

# A row of the feed that is kept back for a later day is not waiting yet.
QUERY = """
SELECT
    (SELECT count(*) FROM feed_outbox WHERE sent_at IS NULL
        AND (release_on IS NULL OR release_on <= (SELECT closed_through FROM bank_day))) AS unsent,
    (SELECT count(*) FROM gateway_webhook WHERE delivered_at IS NULL) AS untold,
    (SELECT count(*) FROM act WHERE done_at IS NULL AND at <= $1) AS due,
    (SELECT min(at) FROM act WHERE done_at IS NULL AND at > $1) AS planned,
    (SELECT max(sent_at) FROM feed_outbox) AS spoke,
    (SELECT max(done_at) FROM act WHERE kind = 'staff.task') AS worked
"""


@dataclass(frozen=True, slots=True)
class Outside:
    """Feed messages not sent, webhooks not taken and acts due; when the next act is planned (business time), when the
    bank last spoke (wall time), and when staff last did a task (business time).
    """

    unsent: int
    untold: int
    due: int
    planned: datetime | None
    spoke: datetime | None
    worked: datetime | None

    def in_flight(self) -> list[str]:
        """What is in flight, in words."""
        counts = {
            "feed messages not sent": self.unsent,
            "webhooks not taken": self.untold,
            "acts due": self.due,
        }
        return [f"{count} {what}" for what, count in counts.items() if count]


async def look_outside(tx: Tx, now: datetime) -> Outside:
    """How the outside stands at business time `now`."""
    return Outside(**dict(await tx.fetchrow(QUERY, now)))
