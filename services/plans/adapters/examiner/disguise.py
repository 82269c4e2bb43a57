"""Files that are two things at once: a document for us, an archive or a page for somebody else."""

import zipfile
from pathlib import Path
from typing import Final

from services.plans.adapters.examiner.unfit import active

_HEAD: Final = 4096
_PAGE: Final = (b"<!doctype", b"<html", b"<script", b"<svg", b"<body", b"<iframe", b"<?php")


def refuse_disguises(path: Path) -> None:
    """Unfit for what an unpacker would also unpack, or what a browser that guesses would take for a page."""
    if zipfile.is_zipfile(path):
        raise active("archive")
    with path.open("rb") as file:
        head = file.read(_HEAD).lower()
    if any(mark in head for mark in _PAGE):
        raise active("page")
