"""The personal values that are looked for where they may not be: names and numbers of the sample's people."""

import csv
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from mmap import mmap
from urllib.parse import quote

import phonenumbers

from forbear.doctor.look import Look
from forbear.doctor.verdicts import CannotLook

_PEOPLE = "SELECT name, phone FROM persona"


class Canaries:
    """Finds any of the values in bytes: in UTF-8, escaped as in JSON, or quoted as in an address."""

    def __init__(self, names: Iterable[str], phones: Iterable[str]) -> None:
        known = {name.strip() for name in names if name.strip()}
        numbers = {_digits(phone) for phone in phones if phone.strip()}
        self.count = len(known) + len(numbers)
        if not self.count:
            raise CannotLook("there are no personal values to look for")
        forms = sorted({form for name in known for form in _forms(name)}, key=len, reverse=True)
        latin = [re.escape(form) for form in forms if form.isascii()]
        # Latin names stand between other letters by chance, digits between other digits: both need a border.
        self._wanted = re.compile(
            b"|".join(
                [
                    *([_bordered(rb"[A-Za-z]", latin)] if latin else []),
                    *(re.escape(form) for form in forms if not form.isascii()),
                    *([_bordered(rb"\d", sorted(numbers))] if numbers else []),
                ]
            )
        )

    def search(self, text: bytes) -> bool:
        """Whether one of the values is in there."""
        return self._wanted.search(text) is not None

    def positions(self, text: bytes | mmap) -> Iterable[int]:
        """Where the values begin."""
        return (match.start() for match in self._wanted.finditer(text))


def _bordered(letter: bytes, forms: Iterable[bytes]) -> bytes:
    return rb"(?<!%s)(?:%s)(?!%s)" % (letter, b"|".join(forms), letter)


def _forms(name: str) -> set[bytes]:
    return {name.encode(), json.dumps(name)[1:-1].encode(), quote(name).encode(), quote(name, safe="").lower().encode()}


def _digits(phone: str) -> bytes:
    """A pattern for the digits of a number as they are written in one piece, with and without its country."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", phone).encode()
    return f"(?:(?:00)?{parsed.country_code}|0)?{parsed.national_number}".encode()


@cache
def _sample() -> tuple[tuple[str, str], ...]:
    text = (files("sandbox.portfolio") / "sample-200.csv").read_text("utf-8")
    return tuple((row["name"], row["phone"]) for row in csv.DictReader(text.splitlines()))


async def canaries(look: Look) -> tuple[Canaries, str]:
    """The people of the committed sample and those of the sandbox, with a note when the latter cannot be asked."""
    people, note = list(_sample()), ""
    try:
        people += [(row["name"], row["phone"]) for row in await look.rows("sandbox", _PEOPLE)]
    except CannotLook:
        note = "people of the sample only"
    found = Canaries((name for name, _ in people), (phone for _, phone in people))
    return found, note
