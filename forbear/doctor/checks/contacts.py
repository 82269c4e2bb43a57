"""Contact: every message and attempt had a permit, at a permitted hour, within the counts, and went out once.

Hours and counts are computed again by the database's own calendar, from the borrower's zones and the rule packs.
"""

from datetime import datetime, timedelta
from typing import Any

from forbear.doctor.by_packs import packs, terms_of
from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect
from services.contact.domain.guard.facts import Calendar
from services.contact.domain.guard.terms import DayHours, DayKind, GuardTerms
from services.contact.packs import ContactPacks
from services.contact.permitted import key_of

_MESSAGES = """
SELECT m.message_id,
       coalesce(p.verdict = 'permitted' AND p.case_id = m.case_id AND p.channel = m.channel
           AND p.purpose = m.purpose AND p.message_class = m.message_class
           AND m.handed_at >= p.decided_at AND m.handed_at <= p.decided_at + interval '60 seconds', false) AS holds
FROM message m LEFT JOIN permit p USING (permit_id)
WHERE m.handed_at IS NOT NULL OR m.state IN ('sent', 'delivered', 'unknown')
"""
_ATTEMPTS = """
SELECT a.attempt_id,
       coalesce(p.verdict = 'permitted' AND p.used_at IS NOT NULL AND p.used_at < p.expires_at
           AND p.borrower_id = a.borrower_id AND p.channel = a.channel, false) AS holds
FROM attempt a LEFT JOIN permit p USING (permit_id)
"""


@check("C5", "Every message and attempt had a permit of its own, given for it at most a minute before it was sent")
async def everything_had_a_permit(look: Look) -> Examined:
    messages = await look.rows("contact", _MESSAGES)
    attempts = await look.rows("contact", _ATTEMPTS)
    suspects = [Suspect(f"message {row['message_id']}") for row in messages if not row["holds"]]
    suspects += [Suspect(f"attempt {row['attempt_id']}") for row in attempts if not row["holds"]]
    return Examined(len(messages) + len(attempts), suspects)


# A call is judged by the instant it was permitted: the permit is used when its outcome is written down.
_USED = """
SELECT p.permit_id, p.channel, p.message_class, p.pack, p.pack_version, at.instant,
       (SELECT array_agg(at.instant AT TIME ZONE zone)
        FROM jsonb_array_elements_text(c.time_zones) zone) AS times,
       (p.decided_at AT TIME ZONE (c.time_zones ->> 0))::date AS day,
       p.asked ->> 'actor' AS actor, p.asked ->> 'product' AS product,
       ARRAY(SELECT jsonb_array_elements_text(p.overridden)) AS overridden, agreed.starts, agreed.ends,
       agreed.calls,
       (SELECT max(i.at) FROM inbound i WHERE i.borrower_id = p.borrower_id AND i.channel = p.channel
        AND i.at <= at.instant) AS inbound_at
FROM permit p JOIN contact_case c USING (case_id)
CROSS JOIN LATERAL (SELECT CASE WHEN p.channel IN ('voice', 'visit') THEN p.decided_at ELSE p.used_at END AS instant) at
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(a.details ->> 'start') FILTER (WHERE a.kind = 'hours'), '{}') AS starts,
           coalesce(array_agg(a.details ->> 'end') FILTER (WHERE a.kind = 'hours'), '{}') AS ends,
           coalesce(array_agg((a.details ->> 'at')::timestamptz) FILTER (WHERE a.kind = 'call_back'), '{}') AS calls
    FROM consent a
    WHERE a.borrower_id = p.borrower_id AND a.kind IN ('hours', 'call_back') AND a.given_at <= p.decided_at
        AND (a.revoked_at IS NULL OR a.revoked_at > p.decided_at)) agreed
WHERE p.verdict = 'permitted' AND p.used_at IS NOT NULL
"""


@check("C1", "Nobody was contacted outside permitted hours, whichever of their time zones they were in")
async def hours_were_kept(look: Look) -> Examined:
    known = packs()
    rows = await look.rows("contact", _USED)
    suspects = [Suspect(f"permit {row['permit_id']}") for row in rows if not _kept(row, known)]
    return Examined(len(rows), suspects)


def _kept(row: Any, known: ContactPacks) -> bool:
    """Whether it was permitted by its own pack, at hours of that day. A version from before an upgrade is as good."""
    terms = terms_of(known, row["pack"], row["day"], row["channel"], row["actor"], row["product"])
    if terms is None or not terms.contact or not row["pack_version"].startswith(f"{row['pack']}-"):
        return False
    classes, channels = terms.all_of("hours_bind_classes"), terms.all_of("hours_bind_channels")
    hours = terms.contact_hours()
    if row["message_class"] not in classes or row["channel"] not in channels:
        hours = tuple(one for one in hours if row["channel"] in one[0].values.get("electronic_media", ()))
        if not hours:
            return True
    free = timedelta(hours=min(rule.values["reply_within_hours"] for rule in terms.having("reply_within_hours")))
    if row["message_class"] == "reply" and row["inbound_at"] and row["instant"] < row["inbound_at"] + free:
        return True
    lists = {one.pack: one for one in known.calendars(terms)}
    moments: list[datetime] = row["times"] or []
    limits = [(rule, span) for rule, span in hours if rule.id not in (row["overridden"] or ())]
    return bool(moments and hours) and all(
        _inside(at, span, lists.get(rule.pack))
        or (bool(rule.values.get("consent_lifts")) and (_agreed(at, row) or _called_back(row, terms)))
        for at in moments
        for rule, span in limits
    )


def _called_back(row: Any, terms: GuardTerms) -> bool:
    """Whether it is a call at an hour at which the person had agreed to be called (HOUSE-12)."""
    early, late = (
        timedelta(minutes=min((one.values[name] for one in terms.having(name)), default=0))
        for name in ("callback_early_minutes", "callback_late_minutes")
    )
    return row["channel"] == "voice" and any(at - early <= row["instant"] < at + late for at in row["calls"])


def _agreed(local: datetime, row: Any) -> bool:
    """Whether the person had agreed to be contacted at this hour."""
    return any(start <= f"{local:%H:%M:%S}" < end for start, end in zip(row["starts"], row["ends"], strict=True))


def _inside(local: datetime, hours: DayHours, known: Calendar | None) -> bool:
    """Whether hours permit what a clock on the wall showed."""
    day, kind = local.date(), DayKind.WEEKDAY
    if not hours.same_every_day:
        if known is None or day.year not in known.years:
            return False
        if day in known.holidays:
            kind = DayKind.PUBLIC_HOLIDAY
        elif day.isoweekday() > 5 and day not in known.make_up:
            kind = DayKind.WEEKEND
    span = hours.on(kind)
    return span is not None and span.start <= local.time() < span.end


_OURS = """
SELECT message_id, case_id, state, provider_id, handed_at, jsonb_array_length(tried) AS tried FROM message
"""
_SENT = """
SELECT convert_from(body, 'UTF8')::jsonb ->> 'message_id' AS message_id, count(*) AS times
FROM outbox WHERE kind = 'event' AND name = 'forbear.message.sent.v1' GROUP BY 1
"""
_GATEWAY = "SELECT key, provider_id FROM gateway_message"


@check("C6", "Each message was taken by the gateway and told as sent at most once, and no message went past us")
async def messages_went_once(look: Look) -> Examined:
    # The gateway first: what it has taken by then was ours before.
    taken: dict[str, list[str]] = {}
    for row in await look.rows("sandbox", _GATEWAY):
        taken.setdefault(row["key"], []).append(row["provider_id"])
    ours = {str(row["message_id"]): row for row in await look.rows("contact", _OURS)}
    told = {row["message_id"]: row["times"] for row in await look.rows("contact", _SENT)}
    # Each way that was in vain had a key of its own, and may have been told as sent before it was known.
    keys = {key: [key_of(row["message_id"], tried) for tried in range(row["tried"] + 1)] for key, row in ours.items()}
    known = {each for every in keys.values() for each in every}
    suspects = [Suspect(f"message {key} that is not ours") for key in taken if key not in known]
    for key, row in ours.items():
        *earlier, present = (taken.get(each, []) for each in keys[key])
        if any(len(each) > 1 for each in earlier) or not _went_once(row, present, told.get(key, 0) - row["tried"]):
            suspects.append(Suspect(f"message {key}", row["case_id"]))
    return Examined(len(ours.keys() | taken.keys()), suspects)


def _went_once(message: Any, taken: list[str], told: int) -> bool:
    """By its present way. Sent: taken once under the id we know. Unheard: taken or not. Otherwise: neither."""
    if message["state"] in ("sent", "delivered"):
        return taken == [message["provider_id"]] and told <= 1
    if message["state"] == "failed":  # refused at once, or taken and then not delivered
        return taken in ([], [message["provider_id"]]) and told <= 1
    return told <= 0 and len(taken) <= int(message["state"] == "unknown")
