"""A ring of named AES-256 keys: the first encrypts, all of them decrypt, so that keys can be changed without a stop."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """`current` is the id of the key that encrypts; `keys` holds 32 bytes for each id."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `id:base64[,id:base64...]`, the current key first. ValueError (without the text) when it is not that."""
        keys: dict[str, bytes] = {}
        for entry in text.split(","):
            key_id, colon, encoded = entry.strip().partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id):
                raise ValueError("a key ring is a list of id:base64, separated by commas")
            if key_id in keys:
                raise ValueError(f"the key ring names key {key_id} twice")
            keys[key_id] = decode_key(encoded, f"key {key_id} of the ring")
        return cls(next(iter(keys)), keys)


def decode_key(encoded: str, name: str) -> bytes:
    """The 32 bytes written as base64 (standard or URL-safe). ValueError naming `name`, never the text."""
    padded = encoded.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        key = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{name} is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{name} has {len(key)} bytes; {KEY_BYTES} are needed")
    return key
