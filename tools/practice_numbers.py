"""What stands behind a practice in dated policies and rule packs: each number with the days on which it holds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from typing import Any

import yaml

from services.common.packs.loader import load_packs
from services.common.packs.rules import FROM_THE_START
from tools.covered import links
from tools.generate import ROOT

SERVICE = "services/"
NONE = object()
#: A value with its first day and the day from which it holds no more, or None.
Span = tuple[Any, date, date | None]


def numbers(policy: Mapping[str, Iterable[str]], rules: Mapping[str, Iterable[str]]) -> str:
    """`policy` has keys by file of `services/`, `rules` parameters by rule. ValueError for what is not there."""
    said = [f"{links([SERVICE + file])}: {_all(keys, partial(of_key, file))}" for file, keys in policy.items()]
    said += [f"{id}: {_all(names, partial(of_rule, id))}" for id, names in rules.items()]
    return "; ".join(said)


def of_key(file: str, key: str) -> list[Span]:
    """What a key of a policy file has said, with its days."""
    versions = sorted(_policy(file), key=lambda version: version["effective_from"])
    spans: list[Span] = [
        (value, version["effective_from"], version.get("effective_to"))
        for version in versions
        if (value := _part(version["value"], key)) is not NONE
    ]
    if not spans:
        raise ValueError(f"{SERVICE}{file} has no {key}")
    return spans


def of_rule(id: str, name: str) -> list[Span]:
    """A number of a rule of the packs with its days."""
    periods = [rule for rule in load_packs().every() if rule.id == id and name in rule.parameters]
    if not periods:
        raise ValueError(f"the packs have no {id} with {name}")
    return [(str(rule.parameters[name]), rule.effective_from, rule.effective_to) for rule in periods]


@cache
def _policy(file: str) -> list[dict[str, Any]]:
    path = ROOT / SERVICE / file
    if not path.is_file():
        raise ValueError(f"there is no {SERVICE}{file}")
    versions: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["versions"]
    return versions


def _part(value: Any, key: str) -> Any:
    """What a key with dots names; of a list the one entry that has the part for a value."""
    for part in key.split("."):
        if isinstance(value, list):
            entries = [entry for entry in value if isinstance(entry, dict) and part in entry.values()]
            value = entries[0] if len(entries) == 1 else NONE
        else:
            value = value.get(part, NONE) if isinstance(value, dict) else NONE
    return value


def _all(keys: Iterable[str], spans: Callable[[str], list[Span]]) -> str:
    return ", ".join(f"`{key}` {_said(spans(key))}" for key in keys)


def _said(spans: Iterable[Span]) -> str:
    return ", then ".join(f"{_text(value)} ({_days(first, end)})" for value, first, end in _joined(spans))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, those that follow each other with one value as one."""
    before: Span | None = None
    for span in spans:
        if before is not None and before[0] == span[0] and before[2] in (None, span[1]):
            before = (before[0], before[1], span[2])
            continue
        if before is not None:
            yield before
        before = span
    if before is not None:
        yield before


def _days(first: date, end: date | None) -> str:
    began = "from the start" if first == FROM_THE_START else f"from {first}"
    return f"{began} until {end}" if end else began


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return (" / " if any(isinstance(each, dict) for each in value) else ", ").join(map(_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
