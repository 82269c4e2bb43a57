"""One spelling for what means the same: width, traditional and simplified, capitals, invisible characters."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from services.contact.domain.language.data import traditional

LONGEST = 50_000
APOSTROPHES = {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}


class TextTooLong(ValueError):
    """The text is longer than what is sent to anybody; nothing was checked."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in one spelling, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]
    original: str

    def quote(self, start: int, end: int) -> str:
        """The original words behind a stretch of the folded text."""
        if start >= end:
            return ""
        return self.original[self.places[start] : self.places[end - 1] + 1]


def fold(text: str) -> Folded:
    """Fold a text, in one pass. TextTooLong above `LONGEST` characters."""
    if len(text) > LONGEST:
        raise TextTooLong(f"the text has more than {LONGEST} characters")
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for shown in _folded(character):
            folded.append(shown)
            places.append(place)
    return Folded("".join(folded), tuple(places), text)


@lru_cache(maxsize=16_384)
def _folded(character: str) -> str:
    """What one character is read as; nothing for marks that nobody sees."""
    if unicodedata.category(character) in ("Cf", "Mn"):
        return ""
    if character in APOSTROPHES:
        return APOSTROPHES[character]
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(traditional().get(each, each) for each in plain)
