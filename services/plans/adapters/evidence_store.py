"""Evidence files in an object store: a folder on one machine, a bucket elsewhere. Written once, never overwritten."""

from collections.abc import AsyncIterator
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore

CHUNK = 256 * 1024


class EvidenceStore:
    """Create-only objects by key."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def local(cls, folder: Path) -> "EvidenceStore":
        """In a folder, which is made when it is missing and is closed to other users."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(folder, automatic_cleanup=True))

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write a new object. What `chunks` raises is passed on, and nothing is left."""
        await obstore.put_async(self._store, key, chunks, mode="create")

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The content of an object in chunks. FileNotFoundError when there is none."""
        found = await obstore.get_async(self._store, key)
        async for chunk in found.stream(min_chunk_size=CHUNK):
            yield bytes(chunk)

    async def remove(self, key: str) -> None:
        """Remove an object that no row refers to."""
        await obstore.delete_async(self._store, key)
