"""Personal fields at rest: an encrypted column type, and keyed digests by which encrypted values are looked up.

A stored value is `v1.<key id>.<base64url of nonce and ciphertext>` (AES-256-GCM, 96-bit random nonce). The name
`table.column` is bound to it, so a value copied to another column does not decrypt.
"""

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from services.common.runtime.key_ring import KeyRing

_NONCE = 12


class EncryptionError(Exception):
    """A stored value cannot be read (tampered, other column, unknown key), or no key was configured."""


@dataclass(frozen=True, slots=True)
class _Keys:
    ring: KeyRing = field(repr=False)
    digest_key: bytes = field(repr=False)


_configured: _Keys | None = None


def configure_encryption(ring: KeyRing, digest_key: bytes) -> None:
    """Set the keys of this process, once at its start. EncryptionError when other keys are in use already."""
    global _configured
    keys = _Keys(ring, digest_key)
    if _configured is not None and _configured != keys:
        raise EncryptionError("encryption is configured already, with other keys")
    _configured = keys


def _keys() -> _Keys:
    if _configured is None:
        raise EncryptionError("encryption is not configured: call configure_encryption at the start of the process")
    return _configured


def encrypt(text: str, place: str) -> str:
    """Encrypt for `place` (table.column) with the current key."""
    ring = _keys().ring
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(ring.keys[ring.current]).encrypt(nonce, text.encode(), place.encode())
    return f"v1.{ring.current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, place: str) -> str:
    """Read a stored value of `place`. EncryptionError (naming the place, never the value) when it is not genuine."""
    version, _, rest = stored.partition(".")
    key_id, _, encoded = rest.partition(".")
    if version != "v1":
        raise EncryptionError(f"a value of {place} is not encrypted")
    key = _keys().ring.keys.get(key_id)
    if key is None:
        raise EncryptionError(f"a value of {place} needs a key that is not in the ring")
    try:
        raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise EncryptionError(f"a value of {place} was changed or belongs elsewhere") from None


class EncryptedText(TypeDecorator[str]):
    """A text column that is encrypted in the database, e.g. `EncryptedText("borrower.name")`. Look up by a digest."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        table, dot, column = place.partition(".")
        if not (table and dot and column):
            raise ValueError("an encrypted column is named as table.column")
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else encrypt(value, self.place)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(str(value), self.place)


def digest(value: str, purpose: str) -> str:
    """HMAC-SHA256 (hex) of a normalised value, for equality look-ups; another purpose gives another digest."""
    message = purpose.encode() + b"\x00" + value.encode()
    return hmac.new(_keys().digest_key, message, hashlib.sha256).hexdigest()


def normal_phone(text: str, region: str) -> str:
    """The number in E.164 (`+8613800138000`); `region` (ISO 3166) is assumed without a country code. ValueError."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise ValueError("this is not a telephone number") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("this is not a possible telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_id(text: str) -> str:
    """An identity or account number without the ways of writing it: NFKC, upper case, letters and digits only."""
    normal = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    if not normal:
        raise ValueError("this identifier is empty")
    return normal
