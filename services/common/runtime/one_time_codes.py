"""One-time codes that travel as a reference: who sends the code and who checks it compute it from a shared key.

The code itself is in no database, event or workflow: only the reference is, and the message that the borrower gets.
"""

import hashlib
import hmac

from services.common.runtime.key_ring import KeyRing

DIGITS = 6
_PURPOSE = b"forbear one-time code\x00"


class CodeReferenceUnknown(ValueError):
    """The reference names a key that is not in the ring."""


class OneTimeCodes:
    """Codes by the ring that all services share (that of Temporal payloads)."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def reference(self, identity: str) -> str:
        """How the code of `identity` is named: `<key id>:<identity>`, so that keys may change in between."""
        return f"{self._ring.current}:{identity}"

    def code(self, reference: str) -> str:
        """The six digits of a reference. CodeReferenceUnknown."""
        key_id, colon, identity = reference.partition(":")
        key = self._ring.keys.get(key_id)
        if not colon or not identity or key is None:
            raise CodeReferenceUnknown("there is no code of this reference")
        made = hmac.new(key, _PURPOSE + identity.encode(), hashlib.sha256).digest()
        return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}d}"
