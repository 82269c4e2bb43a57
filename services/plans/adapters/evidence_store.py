"""Evidence files in an object store: a folder on one machine, a bucket elsewhere. Written once, never overwritten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store, from_url

CHUNK = 256 * 1024
EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object of the store; `written_at` is the store's own clock, which is wall time."""

    key: str
    written_at: datetime


class EvidenceStore:
    """Create-only objects by key."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, place: str) -> "EvidenceStore":
        """The store of a setting: `s3://bucket/prefix` (keys and endpoint from `AWS_*`), `file:///folder`, or a folder.

        ValueError for any other kind of place.
        """
        if place.startswith("s3://"):
            store = from_url(place)
            if not isinstance(store, S3Store):
                raise ValueError("not a bucket of S3")
            return cls(store)
        if place.startswith("file://"):
            return cls.local(Path(place.removeprefix("file://")))
        if "://" in place:
            raise ValueError("evidence is kept in s3://bucket/prefix, file:///folder, or a folder")
        return cls.local(Path(place))

    @classmethod
    def local(cls, folder: Path) -> "EvidenceStore":
        """In a folder, which is made when it is missing and is closed to other users."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(folder, automatic_cleanup=True))

    async def put(self, key: str, content: Path | bytes) -> None:
        """Write a new object, from a file or as it is.

        `obstore.exceptions.AlreadyExistsError` when there is one of this key."""
        await obstore.put_async(self._store, key, content, mode="create")

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The content of an object in chunks. FileNotFoundError when there is none."""
        found = await obstore.get_async(self._store, key)
        async for chunk in found.stream(min_chunk_size=CHUNK):
            yield bytes(chunk)

    async def remove(self, key: str) -> None:
        """Remove an object that no row refers to."""
        await obstore.delete_async(self._store, key)

    async def written_before(self, instant: datetime) -> AsyncIterator[list[StoredObject]]:
        """The evidence objects written before an instant of wall time, some hundred at a time."""
        async for page in obstore.list(self._store, prefix=EVIDENCE, chunk_size=200):
            found = [StoredObject(meta["path"], meta["last_modified"]) for meta in page]
            if old := [one for one in found if one.written_at < instant]:
                yield old
