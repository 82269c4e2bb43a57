"""Documents: what is given is read again, as text and never as source, whatever signs people write."""

import asyncio
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from services.common.documents.characters import showable, shown
from services.common.documents.typesetting import Typesetter

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# A document is dated to the second.
INSTANT = timedelta(microseconds=7)
TEMPLATE = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: auto)
#set text(font: "Noto Sans CJK SC", lang: data.language)
#for line in data.lines [#line

]
"""


async def read(*lines: str, language: str = "zh") -> PdfReader:
    """The document of some lines, as a program reads it."""
    made = await Typesetter(TEMPLATE).pdf({"title": "联系记录", "language": language, "lines": lines}, AT + INSTANT)
    return PdfReader(io.BytesIO(made))


def words(document: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in document.pages).split())


async def test_chinese_in_both_ways_of_writing_is_read_again() -> None:
    document = await read("您好，我上个月失业了。", "失業與醫療費用", "Two payments of 432.00 are late.")
    assert "我上个月失业了" in words(document) and "失業與醫療費用" in words(document)
    assert "Twopaymentsof432.00arelate." in words(document)


async def test_a_document_is_tagged_titled_and_dated() -> None:
    document = await read("一", language="zh")
    root: Any = document.trailer["/Root"]
    assert document.metadata is not None and document.metadata.title == "联系记录"
    assert document.metadata.creation_date == AT
    assert root["/Lang"] == "zh" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root


async def test_what_looks_like_source_stays_text() -> None:
    written = '#panic("no") $x^2$ *bold* \\ <label> @ref #sys.inputs'
    assert "".join(written.split()) in words(await read(written))


async def test_every_character_that_is_said_to_be_shown_is_in_the_font() -> None:
    """PDF/UA allows no hole, so the document would not be made if the font lacked one."""
    assert len((await read("".join(sorted(shown())))).pages) > 1
    assert set("失业還款€é—“”…①") <= shown()


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("谢谢\U0001f600", "谢谢[grinning face]"),
        ("❤️", "[heavy black heart]"),
        ("\U00020000", "[U+20000]"),
        ("a\u200bb\x00\ufffe", "ab[U+FFFE]"),
        ("a\u3000b\u2009c", "a\u3000b c"),
        ("e\u0301\r\nb\tc", "é\nb c"),
    ],
)
async def test_signs_that_the_font_lacks_are_named(text: str, instead: str) -> None:
    assert showable(text) == instead
    await read(text)


async def test_documents_asked_for_at_once_are_all_made() -> None:
    typesetter = Typesetter(TEMPLATE)
    made = await asyncio.gather(
        *(typesetter.pdf({"title": "t", "language": "en", "lines": [f"number {n}"]}, AT) for n in range(8))
    )
    assert [f"number{n}" in words(PdfReader(io.BytesIO(one))) for n, one in enumerate(made)] == [True] * 8
