"""Reading CSV, gzipped or not. A file that is broken anywhere is refused before anything is done with it."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.intake.imports.errors import ImportRefused

_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Extract:
    """A file that can be read to its end: its hash, its columns, and how many rows it has."""

    path: Path
    file_hash: str
    header: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row with its number, 1 being the first below the heading; `cells` may be too few or too many."""

    number: int
    cells: tuple[str, ...]


def inspect(path: Path, needed: frozenset[str]) -> Extract:
    """Read the whole file once. ImportRefused names what is wrong: compression, encoding, CSV, heading, no rows."""
    file_hash = hashlib.sha256()
    try:
        with path.open("rb") as raw:
            while block := raw.read(_BLOCK):
                file_hash.update(block)
        with _cells(path) as lines:
            header = next(lines, None)
            if header is None:
                raise ImportRefused("the file is empty")
            _check_header(header, needed)
            rows = sum(1 for cells in lines if cells)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ImportRefused("the gzip file is damaged or cut off") from None
    except UnicodeDecodeError as error:
        raise ImportRefused(f"the file is not UTF-8 (byte {error.start} of a block)") from None
    except csv.Error as error:
        raise ImportRefused(f"the file is not CSV: {error}") from None
    except OSError as error:
        raise ImportRefused(f"the file cannot be read: {error.strerror}") from None
    if rows == 0:
        raise ImportRefused("the file has a heading and no rows")
    return Extract(path, file_hash.hexdigest(), tuple(header), rows)


def rows_of(extract: Extract) -> Iterator[RawRow]:
    """The rows of an inspected file, in order; empty lines do not count."""
    with _cells(extract.path) as lines:
        next(lines)
        for number, cells in enumerate((cells for cells in lines if cells), start=1):
            yield RawRow(number, tuple(cells))


@contextmanager
def _cells(path: Path) -> Iterator[Iterator[list[str]]]:
    with path.open("rb") as raw:
        zipped = raw.read(2) == _GZIP
        raw.seek(0)
        plain: IO[bytes] = gzip.GzipFile(fileobj=raw) if zipped else raw  # type: ignore[assignment]
        with io.TextIOWrapper(plain, encoding="utf-8-sig", newline="") as text:
            yield csv.reader(text, strict=True)


def _check_header(header: list[str], needed: frozenset[str]) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise ImportRefused(f"the heading names columns twice: {', '.join(twice)[:200]}")
    missing = sorted(needed - set(header))
    if missing:
        raise ImportRefused(f"these columns are missing: {', '.join(missing)}")
