"""Events as a consumer takes them from the broker."""

from datetime import datetime

from services.common.contracts.envelope import Event, EventPayload
from services.common.runtime.consumer.held import RawMessage


def arriving(
    payload: EventPayload,
    event_id: str,
    source: str,
    at: datetime,
    *,
    version: int | None = None,
    partition: int = 0,
    offset: int = 0,
) -> RawMessage:
    """The message of an event; `version` is its place in the stream of what it is about, None for no stream."""
    event = Event(
        id=event_id,
        source=source,
        type=payload.type,
        subject=payload.key(),
        time=at,
        body=payload.model_dump_json().encode(),
        version=version,
    )
    headers = tuple((name, value.encode()) for name, value in event.headers().items())
    return RawMessage(payload.topic, partition, offset, payload.key(), headers, event.body)
