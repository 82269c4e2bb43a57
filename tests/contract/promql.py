"""Which metrics and labels a PromQL expression names. Enough of the language for our own rules and dashboards."""

import re
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\$?[a-zA-Z_:][a-zA-Z0-9_:]*|\d[\w.]*|=~|!~|[<>=!]=|\S')
_GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
_WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}


@dataclass(frozen=True)
class Named:
    """Metrics as (name, labels in its braces), and the labels by which the expression groups."""

    selectors: tuple[tuple[str, frozenset[str]], ...]
    grouped_by: frozenset[str]


def named_in(expression: str) -> Named:
    """Read an expression. Names before a parenthesis are functions; what is in brackets is a time."""
    tokens = _TOKEN.findall(expression)
    selectors: list[tuple[str, frozenset[str]]] = []
    grouped: set[str] = set()
    at = 0
    while at < len(tokens):
        token, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        at += 1
        if token in _GROUPING and following == "(":
            end = tokens.index(")", at)
            grouped.update(part for part in tokens[at + 1 : end] if part != ",")
            at = end + 1
        elif token == "[":
            at = tokens.index("]", at) + 1
        elif (
            re.fullmatch(r"[a-zA-Z_:][\w:]*", token)
            and token.lower() not in _WORDS
            and following not in {"(", *_GROUPING}
        ):
            labels: set[str] = set()
            if following == "{":
                end = tokens.index("}", at)
                inside = tokens[at + 1 : end]
                labels = {name for name, then in pairwise(inside) if then in ("=", "=~", "!=", "!~")}
                at = end + 1
            selectors.append((token, frozenset(labels)))
    return Named(tuple(selectors), frozenset(grouped))
