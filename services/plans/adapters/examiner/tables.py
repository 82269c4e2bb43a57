"""CSV files: text that is only text, shown so that no programme takes a cell for a formula."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from services.plans.adapters.examiner.unfit import unreadable

MAX_ROWS: Final = 200_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?[\d,]*\.?\d+%?")
_DELIMITERS: Final = ",;\t"


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of a file. Unfit when it is not UTF-8 text, holds NUL, or is no table that can be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            if "\x00" in first:
                raise unreadable("not_text")
            delimiter = max(_DELIMITERS, key=first.count)
            file.seek(0)
            for number, row in enumerate(csv.reader(file, delimiter=delimiter)):
                if number >= MAX_ROWS:
                    raise unreadable("too_much_inside")
                if any("\x00" in cell for cell in row):
                    raise unreadable("not_text")
                yield row
    except UnicodeDecodeError:
        raise unreadable("not_text") from None
    except csv.Error:
        raise unreadable("broken") from None


def examine_table(path: Path) -> dict[str, Any]:
    """How many rows there are, and the most columns of any."""
    rows = columns = 0
    for row in rows_of(path):
        rows, columns = rows + 1, max(columns, len(row))
    return {"rows": rows, "columns": columns}


def show_table(source: Path, target: Path) -> None:
    """Write the table anew, with an apostrophe before every cell that a spreadsheet would calculate."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows_of(source):
            writer.writerow([defused(cell) for cell in row])


def defused(cell: str) -> str:
    """A cell that no spreadsheet calculates; numbers with a sign stay numbers."""
    text = cell.lstrip(" ")
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text.strip()):
        return f"'{cell}"
    return cell
