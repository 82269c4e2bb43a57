"""Frames: which roles in which order make a meaning. `we contact third` is a threat to talk to others, in any words.

A frame is a line of items with at most `gap` units between one and the next:

    role            a word of that role, not negated and said by the speaker; `one|other` is either
    -role           the same, but negated
    ~role           negated or not
    @role           what it says is said of the borrower, or of nobody: no other subject stands in front of it
    =role           the same, but we or an official may be its subject: it is not said of a third person
    &role           said of a third person only
    role?           may be missing
    7               at most seven units to the next item
    ^               the next item opens a clause
    $               a clause ends here
    %role           no such word follows closely
    +role !role     such a word is, or is not, anywhere in the sentence; !!role anywhere in the text
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.contact.domain.language.lexicon import Mark
from services.contact.domain.language.sentences import Sentence

CLOSE = 5
FAR = 15
THIRD = frozenset({"third", "kin", "other", "thing"})
OTHERS = THIRD | {"we", "official"}
SIGNS = {"@": OTHERS, "=": THIRD}
OWN: frozenset[str] = frozenset({""})


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a frame."""

    roles: frozenset[str]
    gap: int
    optional: bool = False
    polarity: str = ""
    not_of: frozenset[str] = frozenset()
    of_third: bool = False
    opens: bool = False
    closes: bool = False
    alone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """A parsed frame; `line` is how it was written, for explanations."""

    line: str
    items: tuple[Item, ...]
    needs: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    without_in_text: frozenset[str] = frozenset()

    def find(self, sentence: Sentence, said: frozenset[str], whose: frozenset[str] = OWN) -> tuple[Mark, Mark] | None:
        """The first and the last mark of a match, or None. `said`: roles of the whole text; `whose` words count."""
        if self.without & sentence.roles or not self.needs <= sentence.roles or self.without_in_text & said:
            return None
        if any(not item.optional and not item.roles & sentence.roles for item in self.items):
            return None
        return next(_matches(self.items, sentence, whose, 0, None, None), None)


def parse(line: str, gap: int, without: frozenset[str] = frozenset()) -> Frame:
    """Read a frame. ValueError when there is no item in it."""
    items: list[Item] = []
    needs: set[str] = set()
    unless, in_text = set(without), set[str]()
    step, opens = gap, False
    for word in line.split():
        if word.isdigit():
            step = int(word)
        elif word == "^":
            opens = True
        elif word == "$":
            items[-1] = replace(items[-1], closes=True)
        elif word.startswith("%"):
            items[-1] = replace(items[-1], alone=frozenset(word[1:].split("|")))
        elif word.startswith("!!"):
            in_text.update(word[2:].split("|"))
        elif word.startswith("!"):
            unless.update(word[1:].split("|"))
        elif word.startswith("+"):
            needs.add(word[1:])
        else:
            items.append(_item(word, step, opens))
            step, opens = gap, False
    if not items:
        raise ValueError(f"the frame {line!r} has no item")
    return Frame(line, tuple(items), frozenset(needs), frozenset(unless), frozenset(in_text))


def _item(word: str, gap: int, opens: bool) -> Item:
    name = word.lstrip("-~@=&")
    signs = word.removesuffix(name)
    polarity = next((sign for sign in signs if sign in "-~"), "")
    not_of = next((SIGNS[sign] for sign in signs if sign in SIGNS), frozenset[str]())
    roles = frozenset(name.removesuffix("?").split("|"))
    return Item(roles, gap, name.endswith("?"), polarity, not_of, "&" in signs, opens)


def _matches(
    items: tuple[Item, ...], sentence: Sentence, whose: frozenset[str], at: int, first: Mark | None, last: Mark | None
) -> Iterator[tuple[Mark, Mark]]:
    if not items:
        if first is not None and last is not None:
            yield first, last
        return
    item, rest = items[0], items[1:]
    for place in range(at, len(sentence.marks)):
        mark = sentence.marks[place]
        if last is not None and sentence.gap(last, mark) > item.gap:
            break
        if not item.roles & mark.roles or mark.excused not in whose or (last is not None and mark.start < last.end):
            continue
        if _fits(item, mark, place, sentence):
            yield from _matches(rest, sentence, whose, place + 1, first or mark, mark)
    if item.optional:
        yield from _matches(rest, sentence, whose, at, first, last)


def _fits(item: Item, mark: Mark, place: int, sentence: Sentence) -> bool:
    if item.polarity != "~" and mark.negated != (item.polarity == "-"):
        return False
    if item.opens and not sentence.opens_clause(mark, 2):
        return False
    if item.closes and not sentence.closes_clause(mark, 1):
        return False
    if item.not_of and _subject(sentence, place) & item.not_of:
        return False
    if item.of_third and not _subject(sentence, place) & THIRD:
        return False
    behind = sentence.between(mark.end, mark.end + CLOSE + 1) if item.alone else ()
    return not any(other.roles & item.alone and sentence.gap(mark, other) <= CLOSE for other in behind)


def _subject(sentence: Sentence, place: int) -> frozenset[str]:
    """The roles of the nearest subject in the clause in front of a mark; none when there is none."""
    mark = sentence.marks[place]
    for other in reversed(sentence.marks[max(place - FAR, 0) : place]):
        if any(sentence.units[unit].pause for unit in range(other.end, mark.start + 1)):
            break
        if "you" in other.roles:
            break
        if other.roles & OTHERS:
            return other.roles
    return frozenset()
