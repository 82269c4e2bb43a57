"""Reading the one-time code out of a message, as its reader does."""

import re

_CODE = re.compile(r"(?:验证码是|code to sign with is )(\d{6})\b", re.ASCII)


def code_in(text: str) -> str | None:
    """The code in the words of a message; None when there is none."""
    found = _CODE.search(text)
    return found[1] if found else None
