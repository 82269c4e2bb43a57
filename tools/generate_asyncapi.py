"""docs/asyncapi.yaml: topics as channels, events as messages, and who sends and receives on which channel."""

from typing import Any

import yaml

from services.common.contracts.events import BY_TYPE
from services.common.contracts.topics import Topic, all_topics
from services.common.runtime.relay.kafka_sink import BEAT_TYPE
from tools.generate import HEADING

PATH = "docs/asyncapi.yaml"
SCHEMAS = "../services/common/contracts/schemas"
KEYS = {"case_id": "The id of the case.", "account_ref": "The bank's reference of the account."}
HEADERS = {
    "ce_specversion": ("1.0", "CloudEvents version", True),
    "ce_id": (None, "Id of the event; the same on every delivery of it.", True),
    "ce_source": (None, "Who says it: `/<service>/<topic>`, or `/bank`.", True),
    "ce_type": (None, "Type of the event with its version.", True),
    "ce_subject": (None, "The same as the Kafka key.", True),
    "ce_time": (None, "When it was recorded, RFC 3339 with offset.", True),
    "ce_caseversion": (None, "1, 2, 3 … without gaps for each source and subject; the bank sends none.", False),
    "ce_correlationid": (None, "Id of the request that led to it.", False),
    "content-type": ("application/json", "Media type of the payload.", True),
}


def _message(name: str) -> dict[str, Any]:
    payload = BY_TYPE[name]
    return {
        "name": name,
        "title": payload.__name__,
        "summary": " ".join((payload.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": f"{SCHEMAS}/{name}.json"},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in topic.events},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {"retention.ms": topic.retention_days * 24 * 3600 * 1000},
            }
        },
        "x-owner": topic.owner,
        "x-key": KEYS[topic.key],
        "x-personal-data": topic.personal_data,
    }


def _operations(topic: Topic) -> dict[str, Any]:
    channel = {"$ref": f"#/channels/{topic.name}"}
    sends = {f"{who}.sends.{topic.name}": {"action": "send", "channel": channel} for who in topic.producers}
    readers = dict.fromkeys((*topic.consumers, *topic.observers))
    receives = {f"{who}.receives.{topic.name}": {"action": "receive", "channel": channel} for who in readers}
    return sends | receives


def _headers() -> dict[str, Any]:
    properties = {
        name: {"type": "string", "description": text} | ({"const": fixed} if fixed else {})
        for name, (fixed, text, _) in HEADERS.items()
    }
    return {
        "type": "object",
        "required": [name for name, (_, _, needed) in HEADERS.items() if needed],
        "properties": properties,
    }


def documents() -> dict[str, str]:
    """The one document."""
    topics = all_topics().values()
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Forbear events",
            "version": "1",
            "description": (
                f"{HEADING} CloudEvents 1.0 in binary mode: attributes are Kafka headers, the payload is JSON. "
                "Payloads carry references, amounts, dates and codes, never personal data. On forbear.cases the relay "
                f"of intake also sends `{BEAT_TYPE}` to every partition; it has neither id nor key, and `{{}}` for a "
                "payload, and shows consumers that their copy of holds is fresh."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": {name: found for topic in topics for name, found in _operations(topic).items()},
        "components": {
            "schemas": {"CloudEventHeaders": _headers()},
            "messages": {name: _message(name) for name in sorted(BY_TYPE)},
        },
    }
    return {PATH: yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=116)}


class _Plain(yaml.SafeDumper):
    """Writes no anchors: the document is read by people."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
