"""Why a file is not taken, and the limits within which it is looked at."""

from typing import Final

MAX_PAGES: Final = 100
MAX_PIXELS: Final = 60_000_000
MAX_OBJECTS: Final = 50_000
MAX_UNPACKED: Final = 128 * 1024 * 1024
"""Bytes that all the streams of one document may unpack to together."""

Kind = str
ACTIVE: Final[Kind] = "active"
UNREADABLE: Final[Kind] = "unreadable"


class Unfit(Exception):
    """A file that is not taken. `kind` is `active` for what could act on a reader, `unreadable` for what cannot be
    shown; `finding` is a code such as `javascript` or `encrypted`, never words of the file."""

    def __init__(self, kind: Kind, finding: str) -> None:
        super().__init__(finding)
        self.kind = kind
        self.finding = finding


def active(finding: str) -> Unfit:
    """Something in the file could act on whoever opens it, or it is two kinds of file at once."""
    return Unfit(ACTIVE, finding)


def unreadable(finding: str) -> Unfit:
    """The file cannot be shown to a reviewer as it is."""
    return Unfit(UNREADABLE, finding)
