"""PDF files: refused when anything in them acts, is hidden or is locked; shown as pictures of their pages."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from services.plans.adapters.examiner.unfit import MAX_OBJECTS, MAX_PAGES, MAX_UNPACKED, active, unreadable

_KEYS: Final = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "form_script",
    "/EF": "embedded_file",
    "/EmbeddedFiles": "embedded_file",
    "/RichMediaContent": "rich_media",
}
_ACTIONS: Final = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/GoToE": "embedded_file",
    "/ImportData": "import",
    "/SubmitForm": "submit",
    "/Rendition": "rich_media",
    "/Movie": "rich_media",
    "/Sound": "rich_media",
    "/RichMediaExecute": "rich_media",
}
_ANNOTATIONS: Final = {
    "/RichMedia": "rich_media",
    "/FileAttachment": "embedded_file",
    "/Screen": "rich_media",
    "/Movie": "rich_media",
    "/Sound": "rich_media",
    "/3D": "rich_media",
}
# Objects that no table of the file names are found by readers that repair files.
_RAW: Final = {
    re.compile(rb"/JavaScript[\s/<(\[]"): "javascript",
    re.compile(rb"/Launch[\s/<(\[>]"): "launch",
    re.compile(rb"/EmbeddedFiles?[\s/<(\[>]"): "embedded_file",
    re.compile(rb"/RichMedia[\s/<(\[>]"): "rich_media",
}
_FACTS: Final = {"/Producer": "producer", "/Creator": "creator", "/CreationDate": "created", "/ModDate": "modified"}
_SIDE: Final = 1600
_QUALITY: Final = 80


def examine_pdf(path: Path) -> dict[str, Any]:
    """What the file says of itself. Unfit when it acts, hides files, is locked, broken, or unpacks to too much."""
    _refuse_raw(path)
    try:
        with path.open("rb") as file:
            reader = PdfReader(file, strict=False)
            if reader.is_encrypted:
                raise unreadable("encrypted")
            _refuse_active(reader)
            pages = len(reader.pages)
            said = dict(reader.metadata or {})
            facts = {name: str(said[key])[:200] for key, name in _FACTS.items() if key in said}
    except LimitReachedError:
        raise unreadable("too_much_inside") from None
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError):
        raise unreadable("broken") from None
    if not 0 < pages <= MAX_PAGES:
        raise unreadable("pages")
    _refuse_unshowable(path)
    return {"pages": pages, **facts}


def show_pdf(source: Path, target: Path) -> None:
    """Write a PDF whose pages are pictures of the pages of `source`: nothing else of it is carried over."""
    try:
        with pypdfium2.PdfDocument(source) as document:
            pages = _pictures(document)
            first = next(pages)
            first.save(target, "PDF", save_all=True, append_images=pages, resolution=150, quality=_QUALITY)
    except (pypdfium2.PdfiumError, StopIteration):
        raise unreadable("broken") from None


def _pictures(document: pypdfium2.PdfDocument) -> Iterator[Image.Image]:
    for number in range(min(len(document), MAX_PAGES)):
        page = document[number]
        scale = min(_SIDE / max(*page.get_size(), 1.0), 3.0)
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        page.close()
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=_QUALITY)
        packed.seek(0)
        yield Image.open(packed)


def _refuse_unshowable(path: Path) -> None:
    try:
        with pypdfium2.PdfDocument(path) as document:
            if len(document) == 0:
                raise unreadable("pages")
    except pypdfium2.PdfiumError:
        raise unreadable("broken") from None


def _refuse_raw(path: Path) -> None:
    content = path.read_bytes()
    _refuse_tokens(content)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise unreadable("broken")
    if content[end + 5 :].strip(b"\x00 \t\r\n\f"):
        raise active("appended")


def _refuse_tokens(content: bytes) -> None:
    for token, finding in _RAW.items():
        if token.search(content):
            raise active(finding)


def _refuse_active(reader: PdfReader) -> None:
    """Walk every object that the file lists, whether or not a page leads to it."""
    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MAX_OBJECTS:
        raise unreadable("too_much_inside")
    unpacked = 0
    for number, generation in numbers:
        if number == 0:
            continue
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except LimitReachedError:
            raise
        except PyPdfError:
            continue  # an entry that leads nowhere
        _look(found)
        if isinstance(found, StreamObject):
            unpacked += _unpacked(found)
            if unpacked > MAX_UNPACKED:
                raise unreadable("too_much_inside")
    _look(reader.trailer)


def _look(found: Any) -> None:
    """Refuse what acts, in an object and in what is written inside it; what it refers to is looked at by itself."""
    level: list[Any] = [found]
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, DictionaryObject):
                _judge(item)
                below.extend(item.raw_get(key) for key in item)
            elif isinstance(item, ArrayObject):
                below.extend(list.__iter__(item))
        level = [item for item in below if isinstance(item, DictionaryObject | ArrayObject)]


def _judge(item: DictionaryObject) -> None:
    for key, finding in _KEYS.items():
        if key in item:
            raise active(finding)
    for key, table in (("/S", _ACTIONS), ("/Subtype", _ANNOTATIONS)):
        value = item.raw_get(key) if key in item else None
        if isinstance(value, NameObject) and value in table:
            raise active(table[value])
    if "/Type" in item and item.raw_get("/Type") == "/EmbeddedFile":
        raise active("embedded_file")


def _unpacked(stream: StreamObject) -> int:
    """How many bytes a stream unpacks to; objects packed into it are looked at too. Pictures stay packed: what draws
    the pages limits those by itself."""
    filters = str(stream.get("/Filter", ""))
    packs_objects = stream.get("/Type") == "/ObjStm"
    if not packs_objects and "Flate" not in filters and "LZW" not in filters:
        return 0
    try:
        content = stream.get_data()
    except LimitReachedError:
        raise
    except (PyPdfError, NotImplementedError, ValueError):  # not implemented: a filter or predictor pypdf does not know
        if packs_objects:
            raise unreadable("packed_objects") from None
        return 0  # drawing the page finds out; nothing in it can be an object
    if packs_objects:
        _refuse_tokens(content)
    return len(content)
