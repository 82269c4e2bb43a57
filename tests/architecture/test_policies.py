"""A number of a policy stands in one place: changed in one file, it must not live on in another."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("services/*/policy/*.yaml"))


def numbers(value: Any) -> Iterator[str]:
    """Names of the parameters that are numbers; rows of a list have their own names for what they say."""
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        if isinstance(inner, int | float) and not isinstance(inner, bool):
            yield str(name)
        yield from numbers(inner)


def parameters(text: str) -> frozenset[str]:
    """Numbers of all versions of one policy file."""
    return frozenset(name for version in yaml.safe_load(text)["versions"] for name in numbers(version["value"]))


def shared(files: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """Pairs of policies with numbers of the same name. Policies of one shape (the packs) are alternatives."""
    found = {name: parameters(text) for name, text in files.items()}
    return [
        (one, other, sorted(found[one] & found[other]))
        for one, other in combinations(sorted(found), 2)
        if found[one] & found[other] and found[one] != found[other]
    ]


def test_each_number_has_one_place() -> None:
    assert FILES
    assert shared({str(path.relative_to(ROOT)): path.read_text("utf-8") for path in FILES}) == []


def test_a_number_in_two_places_is_found() -> None:
    first = "{versions: [{value: {max_rounds: 2, days: {due: 3}}}]}"
    second = "{versions: [{value: {max_rounds: 2, rows: [{due: 3}]}}]}"
    assert shared({"a": first, "b": second}) == [("a", "b", ["max_rounds"])]
    assert shared({"a": first, "b": first}) == []
