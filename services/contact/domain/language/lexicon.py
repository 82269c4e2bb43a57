"""Words by the role they play: who, does what, to whom, how surely. One pass over the units marks them all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from services.contact.domain.language.data import words
from services.contact.domain.language.units import ELLIPSIS, NUMBER, Unit

LANGUAGES: Final = ("zh", "en")


@dataclass(slots=True)
class Mark:
    """A word of the lexicon in a text: units from `start` to before `end`, its roles, and what was found out about it.

    `excused` is who else said it ("borrower", "other"), or empty.
    """

    start: int
    end: int
    roles: frozenset[str]
    negated: bool = False
    excused: str = ""


@dataclass(slots=True)
class Node:
    """A place in the tree of words: where the next form leads, and the roles of the word that ends here."""

    next: dict[str, "Node"] = field(default_factory=dict)
    roles: frozenset[str] | None = None


@cache
def lexicon() -> Node:
    """Every word of both languages as a tree of forms."""
    root = Node()
    for language in LANGUAGES:
        for role, text in words(language).items():
            for word in text.split() if language == "zh" else text.split(","):
                _add(root, _parts(word.strip(), language), role)
    return root


def _parts(word: str, language: str) -> list[str]:
    """The forms a word consists of. A Chinese word may hold Latin letters (`M3`) and `#` for a number."""
    if language == "en":
        return word.split()
    parts: list[str] = []
    for character in word:
        if character.isascii() and character.isalpha() and parts and parts[-1].isascii() and parts[-1].isalpha():
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _add(root: Node, parts: list[str], role: str) -> None:
    node = root
    for part in parts:
        node = node.next.setdefault(part, Node())
    node.roles = (node.roles or frozenset()) | ({role} if role != "plain" else set())


def marks(units: Sequence[Unit]) -> list[Mark]:
    """The longest words in a text, in order; one inside a longer one is not meant (还 in 还有)."""
    root = lexicon()
    found: list[Mark] = []
    reached = 0
    for start in range(len(units)):
        best = _longest(units, start, root)
        if best is None:
            continue
        end, roles = best
        if end > reached:
            found.append(Mark(start, end, roles))
            reached = end
    return found


def _longest(units: Sequence[Unit], start: int, root: Node) -> tuple[int, frozenset[str]] | None:
    """Where the longest word that begins here ends, and its roles. A word does not reach over a pause."""
    best: tuple[int, frozenset[str]] | None = None
    at = [root]
    for place in range(start, len(units)):
        unit = units[place]
        if place > start and unit.pause:
            break
        at = [node.next[form] for node in at for form in unit.forms if form in node.next]
        if not at:
            break
        roles = [node.roles for node in at if node.roles is not None]
        if roles:
            best = place + 1, frozenset().union(*roles)
    return best


__all__ = ["ELLIPSIS", "LANGUAGES", "NUMBER", "Mark", "lexicon", "marks"]
