"""How an e-mail or postal address is written, so that the same one is found again."""

import re
import unicodedata

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 254
_LONGEST_LOCAL = 64


def normal_email(text: str) -> str:
    """An e-mail address in lower case, its domain in ASCII. ValueError when it is none.

    Upper and lower case of the part before the `@` differ by the letter of the standard, and nowhere else.
    """
    local, _, domain = unicodedata.normalize("NFKC", text).strip().lower().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("this is not an e-mail address") from None
    labels = ascii_domain.split(".")
    well_formed = _LOCAL.fullmatch(local) and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    if not well_formed or len(local) > _LONGEST_LOCAL or len(local) + len(ascii_domain) >= _LONGEST:
        raise ValueError("this is not an e-mail address")
    return f"{local}@{ascii_domain}"


def normal_address(text: str) -> str:
    """A postal address without needless space. ValueError when nothing in it could be the name of a place."""
    address = " ".join(unicodedata.normalize("NFKC", text).split())
    if not any(sign.isalpha() for sign in address):
        raise ValueError("this is not a postal address")
    return address
