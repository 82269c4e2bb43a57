"""What lies on the topics: in order per case and source, one content per id, and all that the outboxes say is there."""

import hashlib

from pydantic import ValidationError

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.topics import OnTopic
from forbear.doctor.verdicts import Examined, Suspect, Way
from services.common.contracts.events import bank
from services.common.contracts.topics import all_topics
from services.common.runtime.relay.kafka_sink import BEAT_TYPE

_BANKS = {name for name, topic in all_topics().items() if topic.owner == "bank"}


@check("E3", "On the topics the events of a case come first in the order 1, 2, 3 …, whatever is repeated later")
async def first_sightings_are_in_order(look: Look) -> Examined:
    messages = await look.messages()
    reached: dict[tuple[str, str], int] = {}
    suspects = []
    for message in messages:
        version = message.header("ce_caseversion")
        if not version.isdigit():  # what the bank says and the beats have none
            continue
        stream = (message.header("ce_source"), message.header("ce_subject"))
        known = reached.get(stream, 0 if message.from_start else int(version) - 1)
        if int(version) > known + 1:
            suspects.append(Suspect(message.place))
        reached[stream] = max(known, int(version))
    return Examined(len(messages), suspects)


_PUBLISHED = """
SELECT headers ->> 'ce_source' AS source, headers ->> 'ce_id' AS id, case_id, encode(sha256(body), 'hex') AS digest
FROM outbox WHERE kind = 'event' AND published_at < $1
"""


@check("E6", "Every event that left an outbox is on its topic, and one id never stands for two contents")
async def events_arrived_unchanged(look: Look) -> Examined:
    suspects = []
    seen: dict[tuple[str, str], str] = {}
    for message in await look.messages():
        if message.topic in _BANKS:  # what cannot be read there, or reuses an id, is held by who reads it
            continue
        identity = (message.header("ce_source"), message.header("ce_id"))
        if not all(identity):
            if message.header("ce_type") != BEAT_TYPE:  # says nothing but that the relay lives
                suspects.append(Suspect(f"{message.place} has no id"))
            continue
        digest = hashlib.sha256(message.body).hexdigest()
        if seen.setdefault(identity, digest) != digest:
            suspects.append(Suspect(f"{message.place} reuses an id"))
    published = {
        (row["source"], row["id"]): (row["digest"], row["case_id"])
        for service in look.services
        for row in await look.rows(service, _PUBLISHED, look.topics_read_at - look.grace)
    }
    for identity, (digest, case_id) in published.items():
        if seen.get(identity) != digest:
            suspects.append(Suspect(f"{identity[0]} of {case_id}"))
    return Examined(len(published), suspects)


_POSTINGS = "SELECT posting_ref FROM posting"
_REACHED = "SELECT partition, next_offset FROM consumer_position WHERE topic = $1"


def _posting_of(message: OnTopic) -> str | None:
    """The posting that a message tells of; None for others, and for one that no reader could read either."""
    if message.header("ce_type") != bank.PaymentPosted.type:
        return None
    try:
        return bank.PaymentPosted.model_validate_json(message.body).posting_ref
    except ValidationError:
        return None


@check("P5", "Every payment and reversal the bank told of is booked in the follow-up, once each")
async def postings_are_booked(look: Look) -> Examined:
    told = {ref: message for message in await look.messages() if (ref := _posting_of(message)) is not None}
    booked = {row["posting_ref"] for row in await look.rows("followup", _POSTINGS)}
    reached = {row["partition"]: row["next_offset"] for row in await look.rows("followup", _REACHED, bank.PAYMENTS)}
    suspects = [
        Suspect(message.place, way=Way.QUEUED if message.offset >= reached.get(message.partition, 0) else Way.NONE)
        for ref, message in told.items()
        if ref not in booked
    ]
    return Examined(len(told), suspects)
