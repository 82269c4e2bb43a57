"""The borrower's copy as PDF."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby

from services.common.documents.typesetting import Typesetter
from services.contact.log_words import Telling
from services.contact.schemas.contact_log import LogEntry
from services.contact.service.contact_log import Copy

_REGION = {"zh": "CN", "en": "GB"}


class ContactLogPdf:
    """Prints copies by one template; the days of the borrower are its headings."""

    def __init__(self) -> None:
        template = files("services.contact.documents") / "contact_log.typ"
        self._typesetter = Typesetter(template.read_bytes())

    async def pdf(self, copy: Copy) -> bytes:
        """The document of a copy, in its language."""
        return await self._typesetter.pdf(_document(copy), copy.made_at)


def _document(copy: Copy) -> dict[str, object]:
    telling = copy.telling
    facts = [
        ("made_by", telling.voice.institution),
        ("made_for", str(copy.case_id)),
        ("made_at", telling.moment(copy.made_at)),
        ("clock", telling.zone),
    ]
    return {
        "title": telling.phrase("title"),
        "language": telling.language,
        "region": _REGION[telling.language],
        "facts": [{"label": telling.phrase(name), "value": value} for name, value in facts],
        "explained": telling.phrase("explained"),
        "nothing": telling.phrase("nothing"),
        "page": telling.phrase("page", page="{page}", pages="{pages}"),
        "days": list(_days(copy)),
    }


def _days(copy: Copy) -> Iterator[dict[str, object]]:
    for day, entries in groupby(copy.entries, key=lambda entry: entry.local.date()):
        yield {"day": copy.telling.day(day), "entries": [_line(entry, copy.telling) for entry in entries]}


def _line(entry: LogEntry, telling: Telling) -> dict[str, object]:
    note = None
    if entry.kind == "conversation":
        note = telling.phrase("read_back" if entry.read_back_confirmed else "read_back_not_confirmed")
    return {
        "time": f"{entry.local:%H:%M}",
        "by": entry.by,
        "what": entry.what,
        "note": note,
        "words": None if entry.words is None else [line for line in entry.words.splitlines() if line.strip()],
    }
