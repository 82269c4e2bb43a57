"""What is on its way between the stores of an installation: in an outbox, or told and not yet heard."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from forbear.doctor.look import Look
from forbear.doctor.verdicts import Way
from services.common.contracts.topics import all_topics


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Cases in which something happened just now, and cases behind a queue."""

    young: set[UUID] = field(default_factory=set)
    queued: set[UUID] = field(default_factory=set)

    def way_of(self, case_id: UUID | None) -> Way:
        """What may still come to a case by itself."""
        if case_id in self.young:
            return Way.YOUNG
        return Way.QUEUED if case_id in self.queued else Way.NONE


_YOUNG = """
SELECT DISTINCT case_id FROM outbox WHERE case_id = ANY($1)
    AND (created_at > clock_timestamp() - $2::interval OR published_at > clock_timestamp() - $2::interval)
"""
# What left an outbox while the check looked was still in it when the check began.
_QUEUED = """
SELECT DISTINCT case_id FROM outbox WHERE case_id = ANY($1)
    AND (published_at IS NULL OR published_at > clock_timestamp() - $2::interval)
"""


async def under_way(look: Look, cases: Collection[UUID], looked_for: timedelta) -> UnderWay:
    """Which of these cases may change by themselves, after a check that took so long."""
    found = UnderWay()
    if not cases:
        return found
    for service in look.services:
        if look.grace:
            rows = await look.rows(service, _YOUNG, list(cases), look.grace + looked_for)
            found.young.update(row["case_id"] for row in rows)
        rows = await look.rows(service, _QUEUED, list(cases), looked_for)
        found.queued.update(row["case_id"] for row in rows)
    found.queued.update(stream.case_id for stream in await unheard(look) if stream.case_id is not None)
    await look.anew()
    return found


@dataclass(frozen=True, slots=True)
class Stream:
    """What a service tells of a case, and how far it is on the way to a consumer who has not heard it to its end."""

    consumer: str
    source: str
    subject: str
    young: bool

    @property
    def case_id(self) -> UUID | None:
        """The case, if it is told of one."""
        try:
            return UUID(self.subject)
        except ValueError:
            return None


_TOLD = """
SELECT headers ->> 'ce_source' AS source, headers ->> 'ce_subject' AS subject, target AS topic,
       max((headers ->> 'ce_caseversion')::int) AS version,
       max(published_at) > clock_timestamp() - $1::interval AS young
FROM outbox WHERE kind = 'event' AND published_at IS NOT NULL GROUP BY 1, 2, 3
"""
_HEARD = "SELECT source, subject, version FROM inbox_stream"
_SET_ASIDE = "SELECT DISTINCT source, subject FROM held_message WHERE status IN ('dead', 'waiting')"


async def unheard(look: Look) -> list[Stream]:
    """Streams of which a consumer has neither worked through nor set aside all that left an outbox."""
    told = [row for service in look.services for row in await look.rows(service, _TOLD, look.grace)]
    topics = all_topics()
    found = []
    for consumer in look.services:
        heard = {(row["source"], row["subject"]): row["version"] for row in await look.rows(consumer, _HEARD)}
        aside = {(row["source"], row["subject"]) for row in await look.rows(consumer, _SET_ASIDE)}
        found += [
            Stream(consumer, row["source"], row["subject"], row["young"])
            for row in told
            if consumer in topics[row["topic"]].consumers
            and heard.get((row["source"], row["subject"]), 0) < row["version"]
            and (row["source"], row["subject"]) not in aside
        ]
    return found
