"""Events: every step of a case is written down and told once, in order, and nothing is told that did not happen."""

from datetime import timedelta
from uuid import UUID

from forbear.doctor.look import GRACE, Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect, Way

#: Rows of an outbox stay seven days; what is younger than this must still be there.
KEPT = timedelta(days=6)

_STEPS = """
SELECT c.case_id,
       count(h.*) AS steps,
       count(h.*) FILTER (WHERE h.state_version = 1) = 1 AND max(h.state_version) = count(h.*)
           AND max(h.state_version) = c.state_version
           AND bool_and(h.from_state IS NOT DISTINCT FROM h.came_from)
           AND bool_and(h.state_version = 1 OR t.target IS NOT NULL)
           AND bool_or(h.state_version = c.state_version AND h.to_state = c.state) AS whole
FROM collections_case c
LEFT JOIN (SELECT *, lag(to_state) OVER (PARTITION BY case_id ORDER BY state_version) AS came_from FROM case_history) h
    USING (case_id)
LEFT JOIN case_transition t ON t.source = h.from_state AND t.trigger = h.trigger AND t.target = h.to_state
GROUP BY c.case_id
"""


@check("E1", "Every step of a case is written down once and in order, and the case stands where its last step led")
async def steps_are_whole(look: Look) -> Examined:
    rows = await look.rows("intake", _STEPS)
    suspects = [Suspect(f"case {row['case_id']}") for row in rows if not row["whole"]]
    return Examined(sum(row["steps"] for row in rows), suspects)


_TOLD = """
WITH told AS (
    SELECT case_id, body ->> 'from_state' AS from_state, body ->> 'to_state' AS to_state, body ->> 'trigger' AS trigger,
           (body ->> 'state_version')::int AS state_version, count(*) AS times
    FROM (SELECT case_id, convert_from(body, 'UTF8')::jsonb AS body FROM outbox
          WHERE kind = 'event' AND name = 'forbear.case.state_changed.v1') AS changes
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT case_id, NULL, 'OPENED', NULL, 1, count(*) FROM outbox
    WHERE kind = 'event' AND name = 'forbear.case.opened.v1' GROUP BY case_id
)
SELECT coalesce(h.case_id, t.case_id) AS case_id, coalesce(h.state_version, t.state_version) AS state_version,
       coalesce(h.case_id = t.case_id AND t.times = 1 AND h.to_state = t.to_state
           AND h.from_state IS NOT DISTINCT FROM t.from_state AND coalesce(h.trigger = t.trigger, h.state_version = 1),
           false) AS same
FROM case_history h FULL JOIN told t ON t.case_id = h.case_id AND t.state_version = h.state_version
WHERE h.at IS NULL OR h.at > $1 OR t.case_id IS NOT NULL
"""


@check("E2", "Every step of a case was told exactly once, and nothing was told that did not happen")
async def steps_are_told(look: Look) -> Examined:
    since = look.now() - (KEPT if look.grace else timedelta(days=36_500))
    rows = await look.rows("intake", _TOLD, since)
    suspects = [Suspect(f"case {row['case_id']} step {row['state_version']}") for row in rows if not row["same"]]
    return Examined(len(rows), suspects)


# A row has its turn still to come while its sink delivers and no later row has overtaken it after a failure.
_WAITING = """
WITH sinks AS (
    SELECT sink, max(id) FILTER (WHERE published_at IS NOT NULL) AS reached,
           coalesce(max(published_at) > clock_timestamp() - $2::interval, false) AS delivers
    FROM outbox GROUP BY sink
)
SELECT id, sink, published_at IS NULL AND created_at < clock_timestamp() - $1::interval AS waits,
       delivers AND (attempts = 0 OR id > reached) AS queued
FROM outbox JOIN sinks USING (sink)
"""


@check("E4", "Everything that was decided to be told or started has left its outbox")
async def outboxes_are_drained(look: Look) -> Examined:
    count, suspects = 0, []
    for service in look.services:
        rows = await look.rows(service, _WAITING, look.grace, GRACE)
        count += len(rows)
        suspects += [
            Suspect(f"{service} outbox {row['id']} ({row['sink']})", way=Way.QUEUED if row["queued"] else Way.NONE)
            for row in rows
            if row["waits"]
        ]
    return Examined(count, suspects)


_STREAMS = """
WITH told AS (
    SELECT headers ->> 'ce_source' AS source, headers ->> 'ce_subject' AS subject, count(*) AS times,
           count(DISTINCT (headers ->> 'ce_caseversion')::int) AS versions,
           min((headers ->> 'ce_caseversion')::int) AS low, max((headers ->> 'ce_caseversion')::int) AS high
    FROM outbox WHERE kind = 'event' GROUP BY 1, 2
)
SELECT coalesce(s.source, t.source) AS source, coalesce(s.subject, t.subject) AS subject,
       CASE WHEN t.source IS NULL THEN $1 ELSE coalesce(
           s.version = t.high AND t.times = t.versions AND t.versions = t.high - t.low + 1 AND (t.low = 1 OR $1), false)
       END AS whole
FROM event_stream s FULL JOIN told t ON t.source = s.source AND t.subject = s.subject
"""


@check("E5", "What each service tells of a case is numbered without gaps and without repeats")
async def versions_are_gapless(look: Look) -> Examined:
    count, suspects = 0, []
    for service in look.services:
        # Old rows leave an outbox where time flows; a lapse clock never runs that long.
        rows = await look.rows(service, _STREAMS, bool(look.grace))
        count += len(rows)
        suspects += [_stream(row["source"], row["subject"]) for row in rows if not row["whole"]]
    return Examined(count, suspects)


def _stream(source: str, subject: str) -> Suspect:
    try:
        return Suspect(f"{source} of {UUID(subject)}")
    except ValueError:
        return Suspect(f"{source} of a subject that is no case")


_HELD = """
SELECT id, topic, status, status = 'waiting' AND held_at > clock_timestamp() - $1::interval AS young
FROM held_message WHERE status IN ('dead', 'waiting') ORDER BY id
"""
_INBOX = "SELECT count(*) AS count FROM inbox"


@check("E7", "No event was set aside: none is dead, and none waits behind a dead one")
async def nothing_is_held(look: Look) -> Examined:
    count, suspects = 0, []
    for service in look.services:
        rows = await look.rows(service, _HELD, look.grace)
        count += (await look.rows(service, _INBOX))[0]["count"] + len(rows)
        suspects += [
            Suspect(
                f"{service} held message {row['id']} ({row['status']}, {row['topic']})",
                way=Way.YOUNG if row["young"] else Way.NONE,
            )
            for row in rows
        ]
    return Examined(count, suspects)
