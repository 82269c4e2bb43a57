"""The language check: does a text say something that must not be said to a borrower, and what to say instead."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from services.contact.domain.language.clauses import parted
from services.contact.domain.language.data import MeaningClass, catalogue
from services.contact.domain.language.frames import OWN, Frame, parse
from services.contact.domain.language.lexicon import marks
from services.contact.domain.language.negation import negate
from services.contact.domain.language.normalise import Folded, fold
from services.contact.domain.language.reported import excuse
from services.contact.domain.language.sentences import Sentence, quotes, sentences
from services.contact.domain.language.units import Unit, cut

Verdict = Literal["pass", "warn", "block"]
Language = Literal["zh", "en"]
Speaker = Literal["agent", "borrower"]
BORROWERS = frozenset({"borrower"})
EVERYBODYS = frozenset({"", "borrower", "other"})
SPEAKERS: tuple[Speaker, ...] = get_args(Speaker)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: the class of its meaning, the words, what to say instead, and the frame that saw it."""

    meaning: int
    quote: str
    prefer: str
    frame: str


@dataclass(frozen=True, slots=True)
class LanguageVerdict:
    """The answer for one text. `version` is that of the word lists."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    alarms: tuple[str, ...]
    version: str

    @property
    def classes(self) -> tuple[int, ...]:
        """The numbers of the classes found, each once, in order."""
        return tuple(sorted({finding.meaning for finding in self.findings}))


@dataclass(frozen=True, slots=True)
class Looked:
    """A frame with the class it belongs to."""

    meaning: int
    of: MeaningClass
    frame: Frame


@cache
def _frames() -> dict[str, tuple[tuple[int, Looked], ...]]:
    """Every frame, numbered, under the roles of its rarest item: only where such a word stands need it be tried."""
    known = catalogue()
    every = [
        Looked(meaning, each, parse(line, each.gap, frozenset((*known.excuses, *each.unless))))
        for meaning, each in sorted(known.classes.items())
        for line in each.frames
    ]
    used = Counter(role for looked in every for item in looked.frame.items for role in item.roles)
    found: dict[str, list[tuple[int, Looked]]] = {}
    for number, looked in enumerate(every):
        rarest = min(
            (item for item in looked.frame.items if not item.optional),
            key=lambda item: sum(used[role] for role in item.roles),
        )
        for role in rarest.roles:
            found.setdefault(role, []).append((number, looked))
    return {role: tuple(frames) for role, frames in found.items()}


def _tried(sentence: Sentence) -> list[Looked]:
    """The frames that may be in a sentence, in the order of the classes."""
    frames = _frames()
    found = {number: looked for role in sentence.roles for number, looked in frames.get(role, ())}
    return [found[number] for number in sorted(found)]


@cache
def _alarms() -> tuple[tuple[str, str, Frame], ...]:
    """(alarm, whose words, frame); what a frame of an alarm looks for is said by "borrower" or by "agent"."""
    return tuple(
        (alarm, line.partition(":")[0], parse(line.partition(":")[2], 8))
        for alarm, lines in catalogue().alarms.items()
        for line in lines
    )


def check(text: str, lang: str = "zh", speaker: Speaker = "agent") -> LanguageVerdict:
    """Check a text that is about to be said or sent. Pure; both languages are looked for, whatever `lang` says.

    `lang` chooses the language of what to say instead. What a borrower says is never blocked; it may raise an alarm.
    TextTooLong for more than `normalise.LONGEST` characters.
    """
    folded = fold(text)
    units = cut(folded.text)
    quoted = quotes(folded.text, units)
    words = marks(units)
    found = sentences(parted(units, words), words, quoted)
    for sentence in found:
        excuse(sentence, quoted)
        negate(sentence)
    alarms = _raised(found, speaker)
    findings = () if speaker == "borrower" else _findings(found, folded, units, lang)
    severities = {catalogue().classes[finding.meaning].severity for finding in findings}
    verdict: Verdict = "block" if "block" in severities else "warn" if severities else "pass"
    return LanguageVerdict(verdict, findings, alarms, catalogue().version)


def _findings(found: Sequence[Sentence], folded: Folded, units: Sequence[Unit], lang: str) -> tuple[Finding, ...]:
    """One finding of each class and sentence."""
    said = frozenset().union(*(sentence.roles for sentence in found))
    findings: list[Finding] = []
    for sentence in found:
        seen: set[int] = set()
        for looked in _tried(sentence):
            if looked.meaning not in seen and (match := looked.frame.find(sentence, said)):
                seen.add(looked.meaning)
                quote = folded.quote(units[match[0].start].start, units[match[1].end - 1].end)
                findings.append(Finding(looked.meaning, quote, looked.of.prefer(lang), looked.frame.line))
    return tuple(findings)


def _raised(found: Sequence[Sentence], speaker: Speaker) -> tuple[str, ...]:
    """The alarms in what the borrower says, or said according to the agent, or is asked about by the agent."""
    whose = {"borrower": BORROWERS if speaker == "agent" else EVERYBODYS, "agent": OWN}
    raised = {
        alarm
        for alarm, by, frame in _alarms()
        if by == "borrower" or speaker == "agent"
        for sentence in found
        if frame.find(sentence, sentence.roles, whose[by])
    }
    return tuple(sorted(raised))
