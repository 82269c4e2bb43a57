"""The portfolio that is played: a file of the sandbox's own shape, or the first rows of it."""

import csv
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

SAMPLE = Path(__file__).parents[2] / "sandbox" / "portfolio" / "sample-200.csv"
BANK_ZONE = ZoneInfo("Asia/Shanghai")
OPENING = time(9, 0)


class Portfolio:
    """Rows of an extract with a heading; `begins` is the morning of the day as of which it was written."""

    def __init__(self, path: Path, cases: int | None) -> None:
        rows = list(csv.DictReader(StringIO(path.read_text("utf-8"))))
        if not rows:
            raise ValueError(f"{path} has no rows")
        self.rows = rows[:cases]
        self.begins = datetime.combine(date.fromisoformat(rows[0]["as_of"]), OPENING, BANK_ZONE)

    def text(self) -> str:
        """The chosen rows as CSV."""
        out = StringIO()
        writer = csv.DictWriter(out, list(self.rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()
