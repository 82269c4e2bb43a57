"""The issuer's public keys: fetched when first needed, kept, and fetched again for a key id not seen before."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from services.common.kernel.errors import Unavailable
from services.common.runtime.logging import error_fields, get_logger

FRESH_SECONDS = 600.0
BACK_OFF_SECONDS = 5.0
TIMEOUT_SECONDS = 3.0
MAX_BYTES = 256 * 1024
MAX_KEYS = 32
MIN_RSA_BITS = 2048
_log = get_logger(__name__)


class Jwks:
    """Keys by id. An unknown id asks the issuer again, but at most every five seconds, whoever sends such tokens."""

    def __init__(self, url: str, client: httpx.AsyncClient, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._client = client
        self._monotonic = monotonic
        self._keys: dict[str, Key] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, key_id: str) -> Key | None:
        """The key with this id, or None. Unavailable when the issuer never answered."""
        if key_id not in self._keys or self._older_than(self._fetched, FRESH_SECONDS):
            async with self._lock:
                if key_id not in self._keys or self._older_than(self._fetched, FRESH_SECONDS):
                    await self._refresh()
        if self._fetched is None:
            raise Unavailable("the keys of the token issuer cannot be read")
        return self._keys.get(key_id)

    def _older_than(self, instant: float | None, seconds: float) -> bool:
        return instant is None or self._monotonic() - instant > seconds

    async def _refresh(self) -> None:
        if not self._older_than(self._tried, BACK_OFF_SECONDS):
            return
        self._tried = self._monotonic()
        try:
            response = await self._client.get(self._url, timeout=TIMEOUT_SECONDS, follow_redirects=False)
            response.raise_for_status()
            if len(response.content) > MAX_BYTES:
                raise ValueError("the key set is too large")
            keys = _verification_keys(response.json())
        except (httpx.HTTPError, ValueError, JoseError) as error:
            # Known keys stay in use: an issuer that is down must not stop people who are logged in.
            _log.warning("the issuer's keys could not be read", **error_fields(error))
            return
        self._keys = keys
        self._fetched = self._monotonic()


def _verification_keys(document: Any) -> dict[str, Key]:
    """The public signature keys of a key set; symmetric, short, nameless and encryption keys are left out."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise ValueError("this is not a key set")
    keys: dict[str, Key] = {}
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("kty") not in ("RSA", "EC", "OKP") or entry.get("use") == "enc":
            continue
        key_id = entry.get("kid")
        if not isinstance(key_id, str) or not key_id:
            continue
        key = import_key({name: value for name, value in entry.items() if name != "d"})
        if isinstance(key, RSAKey) and key.public_key.key_size < MIN_RSA_BITS:
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            keys[key_id] = key
    return keys
