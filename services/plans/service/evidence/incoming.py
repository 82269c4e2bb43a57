"""A file on its way in: written down while it streams, hashed and measured, and looked into before anybody keeps it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import puremagic

from services.common.kernel.errors import InvalidInput
from services.common.runtime.http.refusals import BodyTooLarge, UnsupportedMediaType
from services.plans.adapters.examiner.client import Examiner
from services.plans.adapters.examiner.unfit import ACTIVE, Unfit
from services.plans.errors import ActiveContent, UnreadableFile
from services.plans.policies import UploadTerms

CHUNK = 256 * 1024
CSV, HEIC = "text/csv", "image/heic"


class Upload(Protocol):
    """A file as the web framework gives it."""

    @property
    def filename(self) -> str | None: ...

    async def read(self, size: int = -1) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that may be kept; it is at `path` until its caller is done. `facts` is what it says of itself."""

    path: Path
    sha256: str
    size: int
    media_type: str
    facts: dict[str, Any] = field(repr=False)


@asynccontextmanager
async def taken_in(file: Upload, terms: UploadTerms, examiner: Examiner) -> AsyncIterator[Incoming]:
    """Write an upload down and look into it; nothing of it is left here afterwards.

    UnsupportedMediaType when name and content are not of one accepted kind, BodyTooLarge as soon as it is, InvalidInput
    for an empty one, ActiveContent and UnreadableFile for what is found inside.
    """
    media_type = terms.media_types.get(PurePath(file.filename or "").suffix.lower().removeprefix("."))
    if media_type is None:
        raise UnsupportedMediaType(f"files of these kinds are accepted: {', '.join(sorted(terms.media_types))}")
    with TemporaryDirectory(prefix="forbear-") as folder:
        path = Path(folder) / "upload"
        sha256, size = await _write_down(file, path, media_type, terms.max_bytes)
        try:
            facts = await examiner.examine(path, media_type)
        except Unfit as refused:
            kind = ActiveContent if refused.kind == ACTIVE else UnreadableFile
            raise kind(finding=refused.finding) from None
        yield Incoming(path, sha256, size, media_type, facts)


async def _write_down(file: Upload, path: Path, media_type: str, limit: int) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    with await asyncio.to_thread(path.open, "wb") as written:
        while chunk := await file.read(CHUNK):
            if size == 0:
                _require_magic(chunk, media_type)
            size += len(chunk)
            if size > limit:
                raise BodyTooLarge(f"at most {limit} bytes are accepted")
            hashed.update(chunk)
            await asyncio.to_thread(written.write, chunk)
    if size == 0:
        raise InvalidInput("the file is empty", fields=[("#/file", "empty")])
    return hashed.hexdigest(), size


def _require_magic(head: bytes, media_type: str) -> None:
    """A CSV file has no mark of its own; that it is text is found when it is read."""
    if media_type == CSV:
        return
    if media_type == HEIC:
        fits = head[4:8] == b"ftyp"
    else:
        fits = media_type in _kinds(head)
    if not fits:
        raise UnsupportedMediaType("the content is not of the kind that the file name says")


def _kinds(head: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(head) if match.offset == 0}
    except puremagic.PureError:
        return set()
