"""A stream of elements from an XML file that may be large, broken or hostile.

No document type is read, so that no entity is ever expanded; size, depth and the length of texts are limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from services.followup.files.errors import FileRefused

MAX_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 40
MAX_TEXT = 10_000
MAX_CHILDREN = 100_000
_CHUNK = 256 * 1024


@dataclass(slots=True)
class Node:
    """An element: name without namespace, line of its start, text, attributes and children in their order."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, path: str) -> list[Node]:
        """The elements under a path such as `Refs/EndToEndId`."""
        found = [self]
        for name in path.split("/"):
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def first(self, path: str) -> Node | None:
        return next(iter(self.all(path)), None)

    def value(self, *paths: str) -> str | None:
        """The text of the first path that has one."""
        for path in paths:
            for node in self.all(path):
                if text := node.text.strip():
                    return text
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """An element that was asked for, with those it is in, from the root on (as far as they were read)."""

    node: Node
    within: tuple[Node, ...]


def stream(path: Path, wanted: frozenset[str], namespaces: set[str]) -> Iterator[Found]:
    """The elements named in `wanted`, each when it ends, and at the end the root. What was given is kept no longer.

    Namespaces that occur are added to `namespaces`. FileRefused, with the line.
    """
    if path.stat().st_size > MAX_BYTES:
        raise FileRefused(f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    reader = _Reader(wanted, namespaces)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield from reader.feed(chunk, final=False)
        yield from reader.feed(b"", final=True)


class _Reader:
    def __init__(self, wanted: frozenset[str], namespaces: set[str]) -> None:
        self._wanted = wanted
        self._namespaces = namespaces
        self._open: list[Node] = []
        self._ready: list[Found] = []
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def feed(self, chunk: bytes, *, final: bool) -> list[Found]:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise FileRefused(f"line {error.lineno}: not XML ({expat.ErrorString(error.code)})") from None
        ready, self._ready = self._ready, []
        return ready

    def _refuse(self, reason: str) -> FileRefused:
        return FileRefused(f"line {self._parser.CurrentLineNumber}: {reason}")

    def _doctype(self, *_: Any) -> None:
        raise self._refuse("a document type is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition("}")
        self._namespaces.add(namespace)
        if len(self._open) >= MAX_DEPTH:
            raise self._refuse("elements are nested too deeply")
        node = Node(local, self._parser.CurrentLineNumber, attributes)
        if self._open:
            above = self._open[-1]
            if len(above.children) >= MAX_CHILDREN:
                raise self._refuse(f"{above.name} has too many elements")
            above.children.append(node)
        self._open.append(node)

    def _text(self, text: str) -> None:
        node = self._open[-1]
        if len(node.text) + len(text) > MAX_TEXT:
            raise self._refuse(f"the text of {node.name} is too long")
        node.text += text

    def _end(self, _: str) -> None:
        node = self._open.pop()
        if node.name in self._wanted or not self._open:
            self._ready.append(Found(node, tuple(self._open)))
            if self._open:
                self._open[-1].children.pop()
