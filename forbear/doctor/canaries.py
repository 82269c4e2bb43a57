"""The personal values that are looked for where they may not be: names, numbers, addresses of the sample's people."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from mmap import mmap
from urllib.parse import quote

import phonenumbers

from forbear.doctor.look import Look
from forbear.doctor.verdicts import CannotLook

_NUMBER = re.compile(rb"\d{7,}")
_FIELDS = ("name", "email", "postal_address", "phone")
_PEOPLE = f"SELECT {', '.join(_FIELDS)} FROM persona"  # noqa: S608 - our own names


class Canaries:
    """Finds any of the values in bytes: in UTF-8, escaped as in JSON, or quoted as in an address.

    One pass over the text for all words (names, e-mail and postal addresses), and one for all numbers: both patterns
    begin with few different bytes.
    """

    def __init__(self, words: Iterable[str], phones: Iterable[str]) -> None:
        forms = {form for word in words if word.strip() for form in _forms(word.strip())}
        self._numbers = {form for phone in phones if phone.strip() for form in _digits(phone)}
        if not forms or not self._numbers:
            raise CannotLook("there are no personal values to look for")
        self._words = re.compile(_any_of(forms))

    def search(self, text: bytes) -> bool:
        """Whether one of the values is in there."""
        return next(iter(self.positions(text)), None) is not None

    def positions(self, text: bytes | mmap) -> Iterator[int]:
        """Where the values begin: words first, then numbers. Neither counts inside a longer word or number."""
        for match in self._words.finditer(text):
            if not (_is_letter(text[match.start() - 1 : match.start()]) and _is_letter(match[0][:1])) and not (
                _is_letter(text[match.end() : match.end() + 1]) and _is_letter(match[0][-1:])
            ):
                yield match.start()
        for match in _NUMBER.finditer(text):
            if match[0] in self._numbers:
                yield match.start()


def _is_letter(byte: bytes) -> bool:
    return byte.isascii() and byte.isalpha()


def _any_of(forms: Iterable[bytes]) -> bytes:
    """A pattern that shares beginnings, so that a place in a text is given up at its first wrong byte."""
    forms = list(forms)
    lowest, highest = min(forms), max(forms)
    shared = next((n for n, (one, other) in enumerate(zip(lowest, highest, strict=False)) if one != other), len(lowest))
    if shared:
        return re.escape(lowest[:shared]) + _any_of(form[shared:] for form in forms)
    by_first: dict[bytes, list[bytes]] = {}
    for form in forms:
        by_first.setdefault(form[:1], []).append(form[1:])
    ends = by_first.pop(b"", None) is not None
    branches = [re.escape(first) + _any_of(rests) for first, rests in sorted(by_first.items())]
    if not branches:
        return b""
    return b"(?:%s)%s" % (b"|".join(branches), b"?" if ends else b"")


def _forms(word: str) -> set[bytes]:
    escaped, quoted = json.dumps(word)[1:-1], quote(word, safe="")
    upper = re.sub(r"\\u[0-9a-f]{4}", lambda match: "\\u" + match[0][2:].upper(), escaped)
    return {form.encode() for form in (word, escaped, upper, quoted, quoted.lower(), quoted.replace("%20", "+"))}


def _digits(phone: str) -> set[bytes]:
    """The digits of a number as they are written in one piece, with and without its country."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return {re.sub(r"\D", "", phone).encode()}
    national, country = str(parsed.national_number), str(parsed.country_code)
    return {form.encode() for form in (national, "0" + national, country + national, "00" + country + national)}


@cache
def _sample() -> tuple[tuple[str, ...], ...]:
    text = (files("sandbox.portfolio") / "sample-200.csv").read_text("utf-8")
    return tuple(tuple(row[name] for name in _FIELDS) for row in csv.DictReader(text.splitlines()))


async def canaries(look: Look) -> tuple[Canaries, str]:
    """The people of the committed sample and those of the sandbox, with a note when the latter cannot be asked."""
    people, note = list(_sample()), ""
    try:
        people += [tuple(row[name] or "" for name in _FIELDS) for row in await look.rows("sandbox", _PEOPLE)]
    except CannotLook:
        note = "people of the sample only"
    found = Canaries((word for *words, _ in people for word in words), (phone for *_, phone in people))
    return found, note
