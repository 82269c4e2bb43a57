"""Events are contracts: their schemas are fresh, and their examples say the same to schema and model."""

import json
from datetime import UTC, date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ValidationError

from services.common.contracts import workflows
from services.common.contracts.envelope import Event, EventPayload, MalformedEvent, event_from, source_of
from services.common.contracts.events import BY_TYPE
from services.common.contracts.topics import all_topics
from services.common.kernel.money import Money
from tests.contract.examples import EXAMPLES, SCHEMAS, dotted, places, read, validator
from tools.generate import documents, stale

EVERY = pytest.mark.parametrize("event_type", sorted(BY_TYPE))

#: Parts of names that belong to a person, or to free text about one. No field of a payload may have one.
PERSONAL = frozenset(
    "address answer birth body cause city comment dependants description diagnosis disability employer gender given "
    "health identity illness income mail email mobile name national note number_of_children objection own "
    "passport phone postal remark salary sex street surname text title vulnerability vulnerable words".split()
)
#: The fields that may be a plain string, because a code, a reference or a version is in them. Everything else that
#: travels is an id, a date, an amount, a count or one of a closed list. A new name here is a decision, not a detail.
CODES = frozenset(
    "account_ref borrower_ref core_reference object_ref posting_ref reverses assignee closed_by excluded bucket "
    "channel from_state to_state trigger kind language needs_level needs_role offered_to outcome pack pack_version "
    "portfolio product proposal_hash purpose reason reason_code request_type rule rules schedule_hash service "
    "decide_path time_zones".split()
)
ATOMS = (UUID, date, AwareDatetime, Money, int, bool, type(None))


def leaves(kind: Any) -> list[Any]:
    """The types that a field is made of, without unions, lists and annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        return leaves(get_args(kind)[0])
    if origin in (Union, UnionType, tuple, list):
        return [leaf for part in get_args(kind) if part is not Ellipsis for leaf in leaves(part)]
    return [kind]


def unfit(model: type[BaseModel]) -> list[str]:
    """The fields of a payload that could carry personal data, by name or by type."""
    found = []
    for name, field in model.model_fields.items():
        if PERSONAL & set(name.split("_")):
            found.append(name)
        for leaf in leaves(field.annotation):
            if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                found += [f"{name}.{inner}" for inner in unfit(leaf)]
            elif leaf is str:
                found += [] if name in CODES else [name]
            elif get_origin(leaf) is not Literal and leaf not in ATOMS:
                found.append(name)
    return found


# -- schemas and examples ---------------------------------------------------------------------------------------


def test_schemas_are_what_the_models_say() -> None:
    assert stale(documents("generate_schemas")) == [], "run `python -m tools.generate`"


def test_each_type_has_its_files_and_no_file_is_left_over() -> None:
    assert {path.stem for path in SCHEMAS.iterdir()} == set(BY_TYPE)
    assert {path.name for path in EXAMPLES.iterdir()} == set(BY_TYPE)
    for folder in EXAMPLES.iterdir():
        assert sorted(path.name for path in folder.iterdir()) == ["invalid.json", "valid.json"]


@EVERY
def test_valid_example(event_type: str) -> None:
    example = read(EXAMPLES / event_type / "valid.json")
    assert places(validator(event_type).iter_errors(example)) == set()
    payload = BY_TYPE[event_type].model_validate_json(json.dumps(example))
    assert set(example) == set(type(payload).model_fields), "an example shows every field and no other"
    again = BY_TYPE[event_type].model_validate_json(payload.model_dump_json())
    assert again == payload


@EVERY
def test_invalid_example_is_wrong_in_the_one_way_it_names(event_type: str) -> None:
    example = read(EXAMPLES / event_type / "invalid.json")
    assert set(example) == {"wrong", "at", "payload"} and example["wrong"]
    assert places(validator(event_type).iter_errors(example["payload"])) == {example["at"]}
    with pytest.raises(ValidationError) as refusal:
        BY_TYPE[event_type].model_validate_json(json.dumps(example["payload"]))
    assert {dotted(list(error["loc"])) for error in refusal.value.errors()} == {example["at"]}


@EVERY
def test_type_says_its_version_and_is_a_documented_fact(event_type: str) -> None:
    payload = BY_TYPE[event_type]
    assert event_type.startswith(("forbear.", "bank.")) and event_type.endswith(".v1")
    assert payload.__doc__ and payload.__doc__ != EventPayload.__doc__


# -- personal data ----------------------------------------------------------------------------------------------


@EVERY
def test_no_payload_has_room_for_personal_data(event_type: str) -> None:
    assert all_topics()[BY_TYPE[event_type].topic].personal_data == "references"
    assert unfit(BY_TYPE[event_type]) == []


def test_no_workflow_message_has_a_field_for_personal_data() -> None:
    messages = [m for m in vars(workflows).values() if isinstance(m, type) and issubclass(m, workflows.Message)]
    assert len(messages) > 5
    names = {name for message in messages for name in message.model_fields}
    assert not [name for name in names if PERSONAL & set(name.split("_"))]


def test_a_field_for_personal_data_would_be_found() -> None:
    class Mood(Enum):
        BAD = "bad"

    class Leak(EventPayload):
        case_id: UUID
        contact_phone: int
        story: str | None
        details: dict[str, int]
        mood: tuple[Mood, ...]

    class Wrapped(EventPayload):
        leaks: tuple[Leak, ...]

    assert unfit(Leak) == ["contact_phone", "story", "details", "mood"]
    assert unfit(Wrapped) == ["leaks.contact_phone", "leaks.story", "leaks.details", "leaks.mood"]


# -- envelope ---------------------------------------------------------------------------------------------------


def envelope(**changes: Any) -> Event:
    """An event as plans says it."""
    example = BY_TYPE["forbear.plan.drafted.v1"].model_validate(
        read(EXAMPLES / "forbear.plan.drafted.v1" / "valid.json")
    )
    values: dict[str, Any] = {
        "id": "0b9f6c1e-4f0e-5f57-9d7c-0d2a54f6a001",
        "source": source_of("plans", example.topic),
        "type": example.type,
        "subject": example.key(),
        "time": datetime(2026, 3, 16, 2, 0, tzinfo=UTC),
        "body": example.model_dump_json().encode(),
        "version": 5,
        "correlation_id": "0b9f6c1e-correlation",
    }
    return Event(**(values | changes))


@pytest.mark.parametrize("changes", [{}, {"version": None}, {"correlation_id": None}])
def test_envelope_comes_back_as_it_went(changes: dict[str, Any]) -> None:
    event = envelope(**changes)
    as_kafka = [(name, value.encode()) for name, value in event.headers().items()]
    assert event_from(as_kafka, event.body) == event
    assert event_from(event.headers(), event.body) == event


def test_source_names_service_and_topic() -> None:
    assert source_of("plans", "forbear.tasks") == "/plans/tasks"


@EVERY
def test_subject_is_the_key_of_the_topic(event_type: str) -> None:
    example = read(EXAMPLES / event_type / "valid.json")
    payload = BY_TYPE[event_type].model_validate(example)
    if event_type == "bank.day.closed.v1":  # goes to every partition, whatever its key
        assert payload.key() == "day-closed"
    else:
        assert payload.key() == example[all_topics()[payload.topic].key]


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("ce_specversion", "0.3", "header ce_specversion is not 1.0"),
        ("ce_specversion", None, "header ce_specversion is not 1.0"),
        ("ce_id", "", "header ce_id is missing"),
        ("ce_source", None, "header ce_source is missing"),
        ("ce_type", None, "header ce_type is missing"),
        ("ce_subject", None, "header ce_subject is missing"),
        ("ce_time", "yesterday", "header ce_time is no RFC 3339 time"),
        ("ce_time", "2026-03-16T02:00:00", "header ce_time has no offset"),
        ("ce_caseversion", "0", "header ce_caseversion is no positive number"),
        ("ce_caseversion", "-1", "header ce_caseversion is no positive number"),
        ("ce_caseversion", "٣", "header ce_caseversion is no positive number"),
        ("ce_caseversion", "9999999999", "header ce_caseversion is no positive number"),
    ],
)
def test_malformed_header_is_refused_by_name(header: str, value: str | None, said: str) -> None:
    headers = envelope().headers() | ({header: value} if value is not None else {})
    if value is None:
        del headers[header]
    with pytest.raises(MalformedEvent) as refusal:
        event_from(headers, b"{}")
    assert str(refusal.value) == said


def test_header_given_twice_or_not_in_utf8_is_refused() -> None:
    pairs = [(name, value.encode()) for name, value in envelope().headers().items()]
    with pytest.raises(MalformedEvent, match="'ce_id' is given twice"):
        event_from([*pairs, ("ce_id", b"another")], b"{}")
    with pytest.raises(MalformedEvent, match="'ce_subject' is not UTF-8"):
        event_from([(name, b"\xff" if name == "ce_subject" else value) for name, value in pairs], b"{}")


def test_message_without_body_is_refused() -> None:
    with pytest.raises(MalformedEvent, match="no body"):
        event_from(envelope().headers(), None)
