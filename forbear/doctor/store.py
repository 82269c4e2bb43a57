"""The store of evidence files, read-only: nothing is made where there is none."""

import asyncio
import hashlib
from pathlib import Path

from obstore.exceptions import BaseError

from forbear.doctor.verdicts import CannotLook
from services.plans.adapters.evidence_store import EvidenceStore

CONCURRENT = 8


class Store:
    """The objects of one place. CannotLook when it is not there or does not answer."""

    def __init__(self, place: str) -> None:
        folder = Path(place.removeprefix("file://"))
        if not place.startswith("s3://") and not folder.is_dir():
            raise CannotLook("the store of evidence is not there")
        self._store = EvidenceStore.at(place)
        self._gate = asyncio.Semaphore(CONCURRENT)

    async def sha256(self, key: str) -> str | None:
        """The SHA-256 (hex) of what an object holds now; None when there is none of this key."""
        hashed = hashlib.sha256()
        async with self._gate:
            try:
                async for chunk in self._store.read(key):
                    hashed.update(chunk)
            except FileNotFoundError:
                return None
            except (BaseError, OSError) as error:
                raise CannotLook(f"the store of evidence: {type(error).__name__}") from None
        return hashed.hexdigest()
