"""docs/generated/language-check.md: the classes of the language check, and how well it does on its corpus.

`tests/language/seen.jsonl` is what the word lists were written against; `scored.jsonl` is only scored.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.contact.domain.language import LanguageVerdict, Speaker, check
from services.contact.domain.language.data import catalogue
from tools.generate import HEADING, ROOT

PATH = "docs/generated/language-check.md"
CORPUS = ROOT / "tests" / "language"
PARTS = ("seen", "scored")
LANGUAGES = ("zh", "en")


class Example(BaseModel):
    """A sentence of the corpus: the classes it has, or none, and which class (0: any) it was written about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    lang: str
    about: int
    classes: tuple[int, ...]
    alarms: tuple[str, ...]
    speaker: Speaker
    text: str

    def answer(self) -> LanguageVerdict:
        return check(self.text, self.lang, self.speaker)


@dataclass(slots=True)
class Count:
    """Right findings, wrong ones and missed ones."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, expected: bool, found: bool) -> None:
        self.right += expected and found
        self.wrong += found and not expected
        self.missed += expected and not found

    @property
    def precision(self) -> str:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> str:
        return _share(self.right, self.right + self.missed)


@dataclass(slots=True)
class Score:
    """What the check made of some examples, by class and language and altogether."""

    sentences: int = 0
    decent: int = 0
    exact: int = 0
    refused: Count = field(default_factory=Count)
    alarms: Count = field(default_factory=Count)
    classes: dict[tuple[int, str], Count] = field(default_factory=dict)


def corpus(part: str) -> list[Example]:
    """The sentences of one part, in order."""
    text = (CORPUS / f"{part}.jsonl").read_text("utf-8")
    return [TypeAdapter(Example).validate_json(line) for line in text.splitlines()]


def score(examples: Iterable[Example]) -> Score:
    """Ask the check about each of them."""
    total = Score()
    for example in examples:
        answer = example.answer()
        total.sentences += 1
        total.decent += not example.classes
        total.exact += answer.classes == example.classes and answer.alarms == example.alarms
        total.refused.add(bool(example.classes), answer.verdict != "pass")
        total.alarms.add(bool(example.alarms), bool(answer.alarms))
        for number in {*example.classes, *answer.classes}:
            count = total.classes.setdefault((number, example.lang), Count())
            count.add(number in example.classes, number in answer.classes)
    return total


def documents() -> dict[str, str]:
    """The one document."""
    scores = {part: score(corpus(part)) for part in PARTS}
    known = catalogue()
    rows = "\n".join(
        f"| {number} | {each.name} ({each.name_zh}) | {each.severity} | {each.prefer_en} | {each.prefer_zh} |"
        for number, each in sorted(known.classes.items())
    )
    whole = "\n".join(_summary(part, each) for part, each in scores.items())
    by_class = "\n".join(_by_class(scores))
    text = f"""# Language check

{HEADING}

What goes out to a borrower is checked by meaning: words are marked with the roles they play (who, does what, to whom,
how surely), and a class is a handful of orders of roles. What is negated, what the borrower or somebody else said, and
true consequences, prices with both sides and true deadlines pass. What a borrower says is never refused; words of
self-harm raise an alarm. The words are data (`services/contact/policy/language`), version {known.version};
source: {known.source}. `forbear check text --help` has examples.

## Classes

| class | meaning | verdict | say instead | 改说 |
|---|---|---|---|---|
{rows}

## How well it does

The corpus has two parts. The words and frames were written with an eye on *seen*; *scored* is only scored. About half
of each are decent near misses: negations, quotations, true consequences, true deadlines. "Exact" is an answer with all
the classes and alarms that were expected and no other. A refusal is a verdict other than `pass`.

| part | sentences | decent | exact | refusals: precision | recall | alarms: precision | recall |
|---|---|---|---|---|---|---|---|
{whole}

Sentences with a class, precision and recall by class and language; a dash where nothing is to be divided.

| class | {" | ".join(f"{part}, {language}" for part in PARTS for language in LANGUAGES)} |
|---|---|---|---|---|
{by_class}
"""
    return {PATH: text}


def _summary(part: str, each: Score) -> str:
    shares = (each.refused.precision, each.refused.recall, each.alarms.precision, each.alarms.recall)
    exact = f"{each.exact} ({_share(each.exact, each.sentences)})"
    return f"| {part} | {each.sentences} | {each.decent} | {exact} | {' | '.join(shares)} |"


def _by_class(scores: dict[str, Score]) -> Iterator[str]:
    for number, each in sorted(catalogue().classes.items()):
        cells = []
        for part in PARTS:
            for language in LANGUAGES:
                count = scores[part].classes.get((number, language), Count())
                cells.append(f"{count.right + count.missed}, {count.precision}, {count.recall}")
        yield f"| {number} {each.name} | {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"
