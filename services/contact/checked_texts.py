"""The language check of everything that goes out: of every template before anything starts, and of the finished words
before they leave."""

from functools import lru_cache

from services.common.kernel.policy_file import PolicyFileInvalid
from services.contact.domain.language import LanguageVerdict, TextTooLong, check
from services.contact.domain.language.data import catalogue
from services.contact.domain.vocabulary import Channel
from services.contact.errors import TemplateUnfit
from services.contact.template_files import LANGUAGES, SHARED, Kind, Language, Sentence, shared, templates
from services.contact.texts import Occasion, Voice, Written, write

_BLOCK = "block"
#: More texts than there are: each template in each language, with and without each of its parameters.
_SHAPES = 4_096
_SAMPLE: dict[Kind, str] = {
    "money": "CNY 1234.50", "date": "2026-04-20", "time": "14:30", "count": "12", "recap": "-", "code": "-",
}  # fmt: skip
_VOICE = Voice("Bank", "8017", "4000000000", seal="-")


@lru_cache(maxsize=64)
def phrase_name(meaning: int) -> str:
    """The name of a class of meanings, as rule packs write it."""
    return catalogue().classes[meaning].name.lower().replace(" ", "_").replace("-", "_")


def phrase_names() -> frozenset[str]:
    """Every name that a rule pack may write."""
    return frozenset(phrase_name(meaning) for meaning in catalogue().classes)


def meanings(said: LanguageVerdict) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what the check found in a text, and of those that nobody may send."""
    blocked = [meaning for meaning in said.classes if catalogue().classes[meaning].severity == _BLOCK]
    return tuple(map(phrase_name, said.classes)), tuple(map(phrase_name, blocked))


class Reader:
    """Reads texts before they leave. Texts of one shape are read once: amounts, dates and counts change no meaning."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, ...], LanguageVerdict] = {}

    def found_in(self, written: Written, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The meanings that the check finds in a text, and those of them that nobody may send.

        TemplateUnfit for a text that is too long to be checked.
        """
        return meanings(self._read.get(written.shape) or self._checked(written, language))

    def _checked(self, written: Written, language: Language) -> LanguageVerdict:
        try:
            said = check(written.text, language)
        except TextTooLong as error:
            raise TemplateUnfit(str(error)) from None
        if written.shape and len(self._read) < _SHAPES:
            self._read[written.shape] = said
        return said


def publish() -> None:
    """Check every template, sentence by sentence and whole. PolicyFileInvalid, which keeps the service from starting,
    for one that would be blocked; it names the file and the sentence."""
    for sentence in (*shared().opening, *shared().closing):
        _refuse_sentence(SHARED, sentence)
    for name, template in templates().items():
        for sentence in template.sentences:
            _refuse_sentence(name, sentence)
        params = {key: _SAMPLE[kind] for key, kind in template.params.items()}
        words = {key: "-" for key, kind in template.params.items() if kind in ("recap", "code")}
        for language in LANGUAGES:
            for channel in Channel:
                occasion = Occasion(channel, words=words, addressee="-")
                written = write(name, params, language, _VOICE, occasion)
                _refuse(name, f"{written.subject}\n{written.text}", language)


def _refuse_sentence(name: str, sentence: Sentence) -> None:
    for language in LANGUAGES:
        _refuse(name, sentence.in_language(language), language)


def _refuse(name: str, text: str, language: Language) -> None:
    said = check(text, language)
    if said.verdict == _BLOCK:
        found = ", ".join(f"{phrase_name(one.meaning)}: {one.quote}" for one in said.findings)
        raise PolicyFileInvalid(f"template {name}.yaml must not say: {text} ({found})")
