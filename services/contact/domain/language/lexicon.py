"""Words by the role they play: who, does what, to whom, how surely. One pass over the units marks them all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from services.contact.domain.language.data import words
from services.contact.domain.language.units import Unit

LANGUAGES: Final = ("zh", "en")
NEGATIONS: Final = frozenset({"neg", "deny"})
OPEN: Final = frozenset({"cannot"})
TURN: Final = frozenset({"turn"})
CHINESE: Final = "\u3400"


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
    """The words of a text, in order, without those that a longer word around them hides.

    A plain word hides what is in it (还 in 还有); so does one with a negation, which then is not one of the sentence
    (不还, "not paid"), except where it says what cannot be done ("not take"), which goes on behind it; and any longer
    Chinese word hides a single character. What only opens a clause hides nothing, and only a plain word hides it.
    """
    words = list(_words(units))
    hidden: set[int] = set()
    for number, outer in enumerate(words):
        inside = list(_inside(words, number))
        if not outer.roles:
            hidden.update(inside)
        elif outer.roles != TURN:
            inside = [inner for inner in inside if words[inner].roles != TURN]
            closed = not outer.roles & OPEN and any(words[inner].roles & NEGATIONS for inner in inside)
            hidden.update(inner for inner in inside if closed or _single(words[inner], units))
    return [word for number, word in enumerate(words) if word.roles and number not in hidden]


def _words(units: Sequence[Unit]) -> Iterator[Mark]:
    """Every word that is there, by its first unit and then the longest first. A word does not reach over a pause."""
    first = lexicon().next
    for start, unit in enumerate(units):
        at = [first[form] for form in unit.forms if form in first]
        if not at:
            continue
        found: list[Mark] = []
        end = start + 1
        while at:
            roles = [node.roles for node in at if node.roles is not None]
            if roles:
                found.append(Mark(start, end, roles[0] if len(roles) == 1 else roles[0].union(*roles[1:])))
            if end == len(units) or units[end].pause:
                break
            forms = units[end].forms
            at = [node.next[form] for node in at if node.next for form in forms if form in node.next]
            end += 1
        yield from reversed(found)


def _inside(words: Sequence[Mark], number: int) -> Iterator[int]:
    """The places of the words that a word contains; they follow it."""
    outer = words[number]
    for inner in range(number + 1, len(words)):
        if words[inner].start >= outer.end:
            break
        if words[inner].end <= outer.end:
            yield inner


def _single(word: Mark, units: Sequence[Unit]) -> bool:
    return word.end - word.start == 1 and units[word.start].forms[0] >= CHINESE
