"""A topic is a file: who owns it, who sends, who receives, and which events are on it. The code says the same."""

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import pytest

from services.common.contracts.events import BY_TYPE
from services.common.contracts.topics import all_topics
from services.common.runtime.consumer.handlers import Handlers
from services.followup.service.happenings import observed_topics, observed_types
from tools.generate import documents, stale

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "contact", "plans", "followup", "desk")
FILES = ROOT / "services" / "common" / "contracts" / "topics"


class Anything:
    """Stands where `handlers(...)` wants use cases: a subscription needs a function, it is not called here."""

    def __getattr__(self, name: str) -> Self:
        return self

    def __call__(self, *arguments: Any, **named: Any) -> Self:
        return self


def subscriptions(service: str) -> Handlers:
    """The handlers of a service, built with stand-ins for its use cases."""
    handlers = import_module(f"services.{service}.consumers").handlers
    wanted = inspect.signature(handlers).parameters
    found = handlers(*(Anything() for _ in wanted))
    assert isinstance(found, Handlers)
    return found


def test_each_file_is_named_after_its_topic() -> None:
    assert {path.stem for path in FILES.glob("*.yaml")} == set(all_topics())


def test_each_event_is_on_exactly_the_topic_it_names() -> None:
    listed = [(event, topic.name) for topic in all_topics().values() for event in topic.events]
    assert len(listed) == len(dict(listed)), "an event is on two topics"
    assert dict(listed) == {name: payload.topic for name, payload in BY_TYPE.items()}


@pytest.mark.parametrize("topic", all_topics().values(), ids=lambda topic: topic.name)
def test_topic_is_complete(topic: Any) -> None:
    assert topic.producers and topic.consumers and topic.description and topic.events
    assert list(topic.events) == sorted(topic.events)
    assert not set(topic.producers) & set(topic.consumers), "a service does not read what it says itself"
    assert topic.owner in {*topic.producers, *topic.consumers}
    assert topic.name.startswith("bank.") == (topic.key == "account_ref") == (topic.producers == ("bank",))
    assert topic.partitions == 4 and topic.retention_days == 7, "the relay keeps seven days to feed a lost topic again"


def test_asyncapi_is_fresh_and_whole() -> None:
    printed = documents("generate_asyncapi")
    assert stale(printed) == [], "run `python -m tools.generate`"
    text = printed["docs/asyncapi.yaml"]
    assert not [name for name in [*BY_TYPE, *all_topics()] if name not in text]


@pytest.mark.parametrize("service", SERVICES)
def test_service_consumes_the_topics_whose_files_name_it(service: str) -> None:
    declared = {topic.name for topic in all_topics().values() if service in topic.consumers}
    assert set(subscriptions(service).topics) == declared


def test_what_measures_keep_is_declared_by_its_topics() -> None:
    declared = {topic.name for topic in all_topics().values() if "followup" in topic.observers}
    assert observed_topics() == declared
    assert observed_types() <= set(BY_TYPE)


def test_each_event_type_of_a_handler_is_on_the_topics_of_its_service() -> None:
    for service in SERVICES:
        assert set(subscriptions(service).types) <= set(BY_TYPE)
