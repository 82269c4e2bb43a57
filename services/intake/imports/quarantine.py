"""Rows that could not be used, in a file with their number, the reason and what stood in them."""

import csv
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from services.intake.imports.errors import ImportRefused
from services.intake.imports.reader import Extract, RawRow


class Quarantine:
    """Writes `path` when the first row comes; without rows there is no file. A context manager that closes it.

    The file holds personal data of the extract, so only its owner can read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._file: IO[str] | None = None
        path.unlink(missing_ok=True)

    def keep(self, extract: Extract, row: RawRow, reason: str) -> None:
        """Write one row. ImportRefused when the file cannot be written."""
        if self._file is None:
            self._file = self._open()
            csv.writer(self._file, lineterminator="\n").writerow(["row", "reason", *extract.header])
        csv.writer(self._file, lineterminator="\n").writerow([row.number, reason, *row.cells])
        self.rows += 1

    def _open(self) -> IO[str]:
        try:
            self.path.touch(mode=0o600)
            return TextIOWrapper(self.path.open("wb"), encoding="utf-8", newline="")
        except OSError as error:
            raise ImportRefused(f"the quarantine file cannot be written: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
