"""The people who work at the sandbox bank."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter


class StaffMember(BaseModel):
    """One person: login name, subject of tokens, roles, name in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str
    subject: str
    roles: tuple[str, ...]
    zh: str
    en: str


@cache
def staff() -> dict[str, StaffMember]:
    """All of them by login name, in the order of the file."""
    text = (files("sandbox.issuer") / "staff.yaml").read_text(encoding="utf-8")
    members = TypeAdapter(list[StaffMember]).validate_python(yaml.safe_load(text))
    return {member.username: member for member in members}
