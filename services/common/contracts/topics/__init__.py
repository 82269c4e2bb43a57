"""One file per topic: owner, producers, consumers, key, partitions, retention and class of personal data."""

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

Participant = Literal["bank", "intake", "contact", "plans", "followup", "desk"]


class Topic(BaseModel):
    """A topic as its file declares it. Retention in days; `observers` keep facts of it for reports and do nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    description: str
    owner: Participant
    producers: tuple[Participant, ...]
    consumers: tuple[Participant, ...]
    observers: tuple[Participant, ...] = ()
    key: Literal["case_id", "account_ref"]
    partitions: int
    retention_days: int
    personal_data: Literal["references"]
    events: tuple[str, ...]


@cache
def all_topics() -> dict[str, Topic]:
    """Every topic by name."""
    found = [
        Topic.model_validate(yaml.safe_load(entry.read_text("utf-8")))
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".yaml")
    ]
    return {topic.name: topic for topic in sorted(found, key=lambda topic: topic.name)}
