"""Looking at a document: a copy that is written anew for the one who looks, never the file that was handed in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import UUID

from services.common.runtime.caller import Caller
from services.plans.adapters.examiner.unfit import Unfit
from services.plans.domain.evidence import EvidenceState
from services.plans.errors import EvidenceRevoked, UnknownEvidence, UnreadableFile
from services.plans.models import Evidence
from services.plans.repository import evidence as repository
from services.plans.service.context import JUDGES_OF_EVIDENCE, Context
from services.plans.service.evidence.incoming import CHUNK, CSV, HEIC

JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is sent: a copy that may be shown in place, or a file that is only to be saved (`inline` is false)."""

    media_type: str
    inline: bool
    size: int
    content: AsyncIterator[bytes]


class ViewEvidence:
    """Shows documents to those who judge them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def content(self, caller: Caller, evidence_id: UUID) -> Shown:
        """A safe copy of a document; who looked is audited. UnknownEvidence, EvidenceRevoked, UnreadableFile.

        A picture in HEIC is given as it is, to be saved, where nothing here can show it.
        """
        caller.require_any(JUDGES_OF_EVIDENCE)
        async with self._context.database.write(caller) as uow:
            found = await repository.get_served(uow.session, evidence_id, self._context.seen_by(caller))
            if found is None:
                raise UnknownEvidence("there is no evidence of this id")
            if found.state == EvidenceState.REVOKED:
                raise EvidenceRevoked("what was handed in is shown to nobody any more")
            await uow.audit("evidence.read", f"evidence/{evidence_id}", case_id=found.case_id)
        with TemporaryDirectory(prefix="forbear-") as folder:
            original, copy = Path(folder) / "original", Path(folder) / "copy"
            await self._fetch(found, original)
            try:
                await self._context.examiner.show(original, copy, found.media_type)
            except Unfit as refused:
                if found.media_type != HEIC or refused.finding != "no_preview":
                    raise UnreadableFile(finding=refused.finding) from None
                return _shown(original, HEIC, inline=False)
            media_type = JPEG if found.media_type == HEIC else found.media_type
            return _shown(copy, media_type, inline=media_type != CSV)

    async def _fetch(self, found: Evidence, original: Path) -> None:
        with await asyncio.to_thread(original.open, "wb") as written:
            async for chunk in self._context.files.read(found.object_key):
                await asyncio.to_thread(written.write, chunk)


def _shown(path: Path, media_type: str, *, inline: bool) -> Shown:
    # The open file outlives its folder: nothing is left behind however the sending ends.
    return Shown(media_type, inline, path.stat().st_size, _chunks(path.open("rb")))


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
