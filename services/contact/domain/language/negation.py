"""What a "not" reaches: the words behind it in its clause, up to the next subject, and through an "or".

A denial ("that does not mean that ...", 不代表) reaches over the next subject as well, and so does "nobody said ...".
Two of them cancel out.
"""

from itertools import pairwise

from services.contact.domain.language.lexicon import NEGATIONS, Mark
from services.contact.domain.language.sentences import Sentence

REACH = 12
ACTORS = frozenset({"you", "we", "third", "kin", "other"})
STOPS = frozenset({"but", "if"})


def negate(sentence: Sentence) -> None:
    """Turn round every mark that a negation reaches."""
    found = [number for number, mark in enumerate(sentence.marks) if mark.roles & NEGATIONS]
    for number, following in pairwise([*found, -1]):
        # "will not" and "not be asked" share their "not": it counts once.
        if following > number and sentence.marks[following].start < sentence.marks[number].end:
            continue
        for other in _reached(sentence, number):
            other.negated = not other.negated


def _reached(sentence: Sentence, number: int) -> list[Mark]:
    negation = sentence.marks[number]
    found: list[Mark] = []
    through = "deny" in negation.roles
    after = negation.end
    for place in range(number + 1, min(number + 1 + 2 * REACH, len(sentence.marks))):
        mark = sentence.marks[place]
        if mark.start < negation.end:
            continue
        if mark.start - negation.end > REACH or mark.roles & STOPS:
            break
        if _pause(sentence, after, mark.start) and not _goes_on(sentence, place):
            break
        if not through and _is_subject(sentence, place):
            break
        through = through or "say" in mark.roles
        found.append(mark)
        after = mark.start
    return found


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
