"""What a "not" reaches: the words behind it in its clause, up to the next subject, and through an "or".

A denial ("that does not mean that ...", 不代表) reaches over the next subject as well, and so does "nobody said ...".
Two of them cancel out. What only asks is no negation: 信不信, "can't your brother ...?", 不是有退休金吗.
"""

from collections.abc import Iterator
from itertools import pairwise

from services.contact.domain.language.data import catalogue
from services.contact.domain.language.lexicon import CHINESE, NEGATIONS, OPEN, Mark
from services.contact.domain.language.sentences import Sentence

REACH = 12
NEXT = 2
ACTORS = frozenset({"you", "we", "third", "kin", "other"})
STOPS = frozenset({"but", "if"})
DOUBLED = frozenset({"不", "没"})
NOTS = DOUBLED | {"无", "别", "勿"}
AUXILIARIES = frozenset({"can", "could", "will", "would", "do", "be", "have", "should"})


def negate(sentence: Sentence) -> None:
    """Turn round every mark that a negation reaches."""
    found = [
        number for number, mark in enumerate(sentence.marks) if mark.roles & NEGATIONS and not _asks(sentence, number)
    ]
    for number, following in pairwise([*found, -1]):
        # "will not" and "not be asked" share their "not": it counts once.
        shared = following > number and sentence.marks[following].start < sentence.marks[number].end
        if shared or _spent(sentence, number):
            continue
        for other in _reached(sentence, number):
            other.negated = not other.negated


def _asks(sentence: Sentence, number: int) -> bool:
    """A choice of two (还不还), a question that begins with its "not", or one that 吗 ends behind 不是."""
    mark, units = sentence.marks[number], sentence.units
    form = units[mark.start].forms[0]
    if form in DOUBLED and mark.end - mark.start == 1 and sentence.start < mark.start < sentence.end - 1:
        return units[mark.start - 1].forms == units[mark.end].forms
    if form == "不" and mark.end < sentence.end and units[mark.end].forms[0] == "是":
        return any("asking" in other.roles for other in _clause(sentence, mark)) and mark.end - mark.start == 2
    behind = sentence.between(mark.end, mark.end + 1)
    return (
        "not" in units[mark.end - 1].forms
        and sentence.opens_clause(mark, 1)
        and any(AUXILIARIES & set(units[place].forms) for place in range(max(mark.start - 1, sentence.start), mark.end))
        and any(other.roles & ACTORS for other in behind)
    )


def _clause(sentence: Sentence, mark: Mark) -> Iterator[Mark]:
    """The marks behind one, up to the next pause."""
    for other in sentence.between(mark.end, sentence.end):
        if any(sentence.units[place].pause for place in range(mark.end, other.start + 1)):
            return
        yield other


def _reached(sentence: Sentence, number: int) -> list[Mark]:
    negation = sentence.marks[number]
    found: list[Mark] = []
    through = "deny" in negation.roles
    after = negation.end
    for place in range(number + 1, min(number + 1 + 2 * REACH, len(sentence.marks))):
        mark = sentence.marks[place]
        if mark.start < negation.end and _shares(sentence, negation, mark):
            continue
        if mark.start - negation.end > REACH or mark.roles & STOPS:
            break
        if _pause(sentence, after, mark.start) and not _goes_on(sentence, place):
            break
        if not through and _is_subject(sentence, place):
            break
        through = through or "say" in mark.roles
        if through or mark.start - negation.end <= NEXT or not _whole(mark):
            found.append(mark)
        after = mark.start
    return found


def _spent(sentence: Sentence, number: int) -> bool:
    """The "not" belongs to a longer word that begins within it: of "will not pick up" the "not pick up" is a word."""
    negation = sentence.marks[number]
    ahead = sentence.marks[number + 1 : number + 1 + REACH]
    return any(
        negation.start < mark.start < negation.end < mark.end
        and not mark.roles & OPEN
        and "not" in sentence.units[mark.start].forms
        for mark in ahead
    )


def _whole(mark: Mark) -> bool:
    """A word of several units that says a whole thing by itself: no "not" farther off in its clause belongs to it."""
    return mark.end - mark.start > NEXT + 1 and not mark.roles.isdisjoint(catalogue().wholes)


def _shares(sentence: Sentence, negation: Mark, mark: Mark) -> bool:
    """A word within the negation, or with the same "not" in it; 会接到 behind 不会 is neither."""
    common = sentence.units[mark.start : negation.end]
    chinese = sentence.units[mark.start].forms[0] >= CHINESE
    return not chinese or mark.end <= negation.end or any(unit.forms[0] in NOTS for unit in common)


def _pause(sentence: Sentence, after: int, start: int) -> bool:
    return any(sentence.units[place].pause for place in range(after, start + 1) if place > after or after == start)


def _goes_on(sentence: Sentence, place: int) -> bool:
    """An enumeration goes on over its commas until its "or"."""
    ahead = sentence.marks[place : place + REACH]
    return not ahead[0].roles & (ACTORS | STOPS | {"neg"}) and any("or" in mark.roles for mark in ahead)


def _is_subject(sentence: Sentence, place: int) -> bool:
    """Somebody with a verb right behind: a new statement begins."""
    mark = sentence.marks[place]
    if not mark.roles & ACTORS or place + 1 == len(sentence.marks):
        return False
    behind = sentence.marks[place + 1]
    return behind.start == mark.end and bool(behind.roles & {"must", "now", "finite"})
