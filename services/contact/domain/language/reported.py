"""Whose words they are: quoted and reported speech of the borrower or of others, and words that are only mentioned.

"You said ..." and "scammers may say ..." excuse what follows; "our manager says ..." does not, since the institution
then speaks through somebody, unless it apologises for that. Words in quotation marks with nobody's name are the
agent's own.
"""

from collections.abc import Sequence

from services.contact.domain.language.lexicon import Mark
from services.contact.domain.language.sentences import Sentence

NEAR = 5
NO_REPORT = frozenset({"suggest", "yousaid"})
FARTHEST = 60
Span = tuple[int, int]


def excuse(sentence: Sentence, quoted: Sequence[Span]) -> None:
    """Say of each mark that somebody else said it, or that it is only mentioned."""
    own = [span for span in quoted if sentence.start <= span[0] < sentence.end]
    if own and any("mention" in mark.roles for mark in sentence.marks):
        for span in own:
            _excuse(sentence, span, "other")
    for number, mark in enumerate(sentence.marks):
        if "say" in mark.roles and not _suggests(sentence, mark) and (who := _speaker(sentence, number)):
            _excuse(sentence, _content(sentence, mark, who, own), who)


def _suggests(sentence: Sentence, verb: Mark) -> bool:
    """The verb belongs to a suggestion, names what was said, or orders: "have you thought about", "tell him"."""
    if any("pleasepass2" in mark.roles for mark in sentence.between(verb.start, verb.start + 1)):
        return True
    before = sentence.between(verb.start - NEAR, verb.start)
    return any(mark.roles & NO_REPORT and verb.end <= mark.end for mark in before)


def _speaker(sentence: Sentence, number: int) -> str:
    """Who says it: the nearest somebody in front of the verb."""
    verb = sentence.marks[number]
    for mark in reversed(sentence.marks[max(number - NEAR - 4, 0) : number]):
        if sentence.gap(mark, verb) > NEAR + 3:
            break
        if "scam" in mark.roles or ("colleague" in mark.roles and "apology" in sentence.roles):
            return "other"
        if mark.roles & {"you", "borrower"} and not mark.excused:
            return "borrower"
        if mark.roles & {"we", "third", "official"}:
            break
    return ""


def _content(sentence: Sentence, verb: Mark, who: str, quoted: Sequence[Span]) -> Span:
    """What is said: the words in quotation marks nearby, or the clause; after a condition also what follows from it."""
    for first, end in quoted:
        if 0 <= first - verb.end <= NEAR or 0 <= verb.start - end <= NEAR:
            return first, end
    if who == "other":
        return verb.end, sentence.end
    close = min(verb.end + FARTHEST, sentence.end)
    turns = {mark.start for mark in sentence.between(verb.end, close) if "but" in mark.roles}
    left = 1 + any("if" in mark.roles for mark in sentence.between(verb.end, verb.end + 3))
    for place in range(verb.end + 1, close):
        left -= bool(sentence.units[place].pause)
        if place in turns or not left:
            return verb.end, place
    return verb.end, close


def _excuse(sentence: Sentence, span: Span, who: str) -> None:
    for mark in sentence.between(*span):
        mark.excused = who
