"""PDF by typst: a template that is part of a service, and data that reaches it as JSON, never as source."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal

import orjson
import typst

from services.common.documents.characters import FONTS, showable

MEDIA_TYPE = "application/pdf"
# For people who hear a document instead of seeing it, and for an archive in which it can be read for good.
STANDARDS: Final[tuple[Literal["ua-1", "a-2a"], ...]] = ("ua-1", "a-2a")


class Typesetter:
    """Makes documents of one template. The compiler is kept: a second document costs a fraction of the first.

    The template reads `json(bytes(sys.inputs.data))` and gives the document a title. It sees no file and no other font.
    """

    def __init__(self, template: bytes) -> None:
        self._template = template
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        self._compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
        # A compiler makes one document at a time.
        self._turn = asyncio.Lock()

    async def pdf(self, data: Mapping[str, object], at: datetime) -> bytes:
        """The document of these data (JSON values), made `at`. Off the event loop: typst lets go of the interpreter."""
        inputs = {"data": orjson.dumps(_showable(data)).decode()}
        async with self._turn:
            return await asyncio.to_thread(self._compile, inputs, at.astimezone(UTC).replace(microsecond=0))

    def _compile(self, inputs: dict[str, str], at: datetime) -> bytes:
        made = self._compiler.compile(
            self._template, sys_inputs=inputs, format="pdf", pdf_standards=list(STANDARDS), timestamp=at
        )
        assert isinstance(made, bytes)
        return made


def _showable(value: object) -> object:
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, Mapping):
        return {name: _showable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_showable(one) for one in value]
    return value
