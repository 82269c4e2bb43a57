"""What the font of documents can show, and what is written in place of what it cannot."""

import unicodedata
from functools import cache
from importlib.resources import files

FONTS = files("services.common.documents") / "fonts"
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Cs"})


@cache
def shown() -> frozenset[str]:
    """Every character of the font, and the end of a line."""
    return frozenset((FONTS / "characters.txt").read_text("utf-8"))


def showable(text: str) -> str:
    """A text in which the name of a character in brackets stands for each one that the font lacks.

    People write with signs of all kinds, and what they wrote is to be read whole: a hole would be a loss, and PDF/UA
    allows none. Signs that show nothing by themselves (joiners, variation selectors, controls) are left out.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    known = shown()
    return "".join(char if char in known else _named(char) for char in text)


def _named(char: str) -> str:
    if unicodedata.category(char) in _UNSEEN:
        return ""
    if unicodedata.category(char) == "Zs":
        return " "
    name = unicodedata.name(char, "")
    if not name or name.startswith("CJK UNIFIED"):
        return f"[U+{ord(char):04X}]"
    return f"[{name.lower()}]"
