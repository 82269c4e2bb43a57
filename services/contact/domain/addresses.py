"""How an e-mail or postal address, or an account, is written, so that the same one is found again."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

_REFERENCE = re.compile(r"[!-~]{3,500}")


def normal_email(text: str) -> str:
    """An e-mail address in lower case, its domain in ASCII. ValueError when it is none.

    Upper and lower case of the part before the `@` differ by the letter of the standard, and nowhere else. Nobody asks
    whether the domain is there: only its gateway knows, and says so.
    """
    written = unicodedata.normalize("NFKC", text).strip().lower()
    try:
        known = validate_email(written, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise ValueError("this is not an e-mail address") from None
    return f"{known.local_part}@{known.ascii_domain}"


def normal_address(text: str) -> str:
    """A postal address without needless space. ValueError when nothing in it could be the name of a place."""
    address = " ".join(unicodedata.normalize("NFKC", text).split())
    if not any(sign.isalpha() for sign in address):
        raise ValueError("this is not a postal address")
    return address


def normal_reference(text: str) -> str:
    """The bank's name for a device or an account of its portal, which is kept letter by letter. ValueError when it
    cannot be one.
    """
    reference = text.strip()
    if _REFERENCE.fullmatch(reference) is None:
        raise ValueError("this is not the reference of a device or an account")
    return reference
