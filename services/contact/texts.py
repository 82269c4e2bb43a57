"""Writing a message from its template: sentences in the borrower's language, stamped with who is speaking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.contact.domain.vocabulary import Channel
from services.contact.errors import TemplateUnfit
from services.contact.template_files import (
    LANGUAGES,
    Kind,
    Language,
    Sentence,
    Template,
    shared,
    templates,
)

__all__ = [
    "LANGUAGES",
    "Kind",
    "Language",
    "Occasion",
    "Template",
    "Voice",
    "Written",
    "date_in_words",
    "templates",
    "write",
]
_MONTHS: Final = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: the institution, the registered alias of its agent, and the number to call back.

    `seal` is the reference of the seal that its letters bear, empty for none.
    """

    institution: str
    alias: str
    call_back: str
    seal: str = ""

    @property
    def complete(self) -> bool:
        return bool(self.institution and self.alias and self.call_back)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where a text is going: its channel, the rules that bind there, whether it is the first that is said to this
    person about this debt, the name on a letter, the words of what parameters only refer to, and whether the debt can
    be claimed in court no more.
    """

    channel: Channel = Channel.SMS
    rules: frozenset[str] = frozenset()
    first: bool = False
    addressee: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    time_barred: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it goes out. `says` is what its sentences tell; texts of one `shape` differ in amounts, dates and
    counts alone, and one without a shape has words of its own.
    """

    text: str = field(repr=False)
    subject: str
    version: str
    says: frozenset[str]
    shape: tuple[str, ...]


_PLAIN = Occasion()


def write(
    name: str, params: Mapping[str, str], language: Language, voice: Voice, occasion: Occasion = _PLAIN
) -> Written:
    """A message. TemplateUnfit for an unknown template or a parameter that is not of its kind."""
    template = templates().get(name)
    if template is None:
        raise TemplateUnfit(f"there is no template named {name}")
    values = {
        key: _shown(key, kind, params, language, occasion) for key, kind in template.params.items() if key in params
    }
    own_words = any(template.params[key] == "recap" for key in values)
    values |= {"institution": voice.institution, "alias": voice.alias, "call_back": voice.call_back}
    if occasion.channel is Channel.LETTER:
        known = {"seal": voice.seal, "addressee": occasion.addressee}
        values |= {key: value for key, value in known.items() if value}
    sentences = _chosen(template, frozenset(values), occasion)
    parts = [sentence.in_language(language) for sentence in sentences]
    return Written(
        text=("" if language == "zh" else " ").join(part.format(**values) for part in parts),
        subject=template.subject.in_language(language).format(**values),
        version=f"{template.version}.{shared().version}",
        says=frozenset(sentence.says for sentence in sentences if sentence.says),
        shape=() if own_words else (language, *parts),
    )


def _chosen(template: Template, known: frozenset[str], occasion: Occasion) -> list[Sentence]:
    """The sentences of a text, in order, with those of all texts."""

    def fitting(sentences: tuple[Sentence, ...]) -> list[Sentence]:
        return [sentence for sentence in sentences if _fits(sentence, known, occasion)]

    opening, closing = fitting(shared().opening), fitting(shared().closing)
    ruled = {sentence.says for sentence in (*opening, *closing) if sentence.rules}
    own = [sentence for sentence in fitting(template.sentences) if not sentence.says or sentence.says not in ruled]
    said = {sentence.says for sentence in own}
    before, after = ([one for one in part if one.rules or one.says not in said] for part in (opening, closing))
    return [*own[:1], *before, *own[1:], *after]


def _fits(sentence: Sentence, known: frozenset[str], occasion: Occasion) -> bool:
    return (
        known >= set(sentence.needs)
        and (not sentence.rules or not occasion.rules.isdisjoint(sentence.rules))
        and (not sentence.channels or occasion.channel in sentence.channels)
        and (occasion.time_barred or not sentence.barred)
        and (sentence.when is None or (sentence.when == "first") == occasion.first)
    )


def _shown(name: str, kind: Kind, params: Mapping[str, str], language: Language, occasion: Occasion) -> str:
    """A parameter as people read it. An amount is `CNY 864.00`, or `864.00` beside a parameter `currency`."""
    value = params[name]
    try:
        if kind in ("recap", "code"):
            return occasion.words[name]
        if kind == "date":
            return date_in_words(date.fromisoformat(value), language)
        if kind == "time":
            return time.fromisoformat(value).strftime("%H:%M")
        if kind == "money":
            amount, _, currency = (
                value.partition(" ")[::-1] if " " in value else (value, "", params.get("currency", ""))
            )
            return str(Money.of(amount, currency))
        if value.isascii() and value.isdigit():
            return value
    except (KeyError, ValueError, InvalidInput):
        pass
    raise TemplateUnfit(f"the parameter {name} is no {kind}")


def date_in_words(day: date, language: Language) -> str:
    """A day as people write it."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
