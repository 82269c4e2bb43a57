"""Files of the bank that stand in place of packaged ones: a list, a limit or a text is changed without a release.

The folder has a folder for each service, with files named after those of its `policy/`, and `holidays/` with a file for
each pack: `contact/agencies.yaml`, `holidays/cn.yaml`. A file stands whole in place of ours, so it keeps the versions
that were in use: what was decided by them is still explained by them.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

FOLDER_VARIABLE = "FORBEAR_POLICIES"
HOLIDAYS = "holidays"

_folder: Path | None = None


class OwnFilesUnfit(Exception):
    """The folder is not there, or has files that stand for none of ours. Says which."""


def use(folder: Path | None) -> None:
    """Take the bank's files from this folder, or none; said once, before anything is read. OwnFilesUnfit."""
    global _folder
    if folder is not None:
        _refuse_strangers(folder)
    _folder = folder


def read(place: str, packaged: Traversable, called: str) -> tuple[str, str]:
    """The name and the text of the file of a place, such as `contact/agencies.yaml`; ours is `called` so in errors.

    FileNotFoundError.
    """
    if _folder is not None and (own := _folder / place).is_file():
        return str(own), own.read_text(encoding="utf-8")
    return called, packaged.read_text(encoding="utf-8")


def names(kind: str) -> set[str]:
    """The names of the bank's files in a folder of one kind, such as `holidays`."""
    return set() if _folder is None else {one.name for one in (_folder / kind).glob("*.yaml")}


def _refuse_strangers(folder: Path) -> None:
    if not folder.is_dir():
        raise OwnFilesUnfit(f"{folder}: there is no such folder ({FOLDER_VARIABLE})")
    strangers = [
        one for one in sorted(folder.rglob("*")) if one.is_file() and not _stands_for_ours(one.relative_to(folder))
    ]
    if strangers:
        raise OwnFilesUnfit("\n".join(f"{one}: stands for no file of ours" for one in strangers))


def _stands_for_ours(place: Path) -> bool:
    kind, *names = PurePosixPath(place.as_posix()).parts
    if kind == HOLIDAYS and len(names) == 1:
        return (files("services.common.packs") / "jurisdictions" / names[0]).is_file()
    if not names or not (files("services") / kind / "policy").is_dir():
        return False
    return files("services").joinpath(kind, "policy", *names).is_file()
