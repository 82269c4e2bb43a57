"""Workflow payloads at rest: AES-256-GCM under a key ring. The first key encrypts, all of them decrypt."""

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from services.common.runtime.key_ring import KeyRing

ENCODING = b"binary/forbear-aes256gcm"
NONCE_BYTES = 12


class UnknownKey(Exception):
    """A payload names a key that is not in the ring."""


class EncryptingCodec(PayloadCodec):
    """Encrypts every payload; the key id travels in its metadata, so that keys can be rotated."""

    def __init__(self, ring: KeyRing) -> None:
        self._current = ring.current
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.keys.items()}

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        kid = self._current.encode()
        sealed = self._ciphers[self._current].encrypt(nonce, payload.SerializeToString(), kid)
        return Payload(metadata={"encoding": ENCODING, "kid": kid}, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        kid = payload.metadata["kid"]
        cipher = self._ciphers.get(kid.decode())
        if cipher is None:
            raise UnknownKey(f"no key {kid.decode()!r} in the ring")
        try:
            plain = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], kid)
        except InvalidTag as error:
            raise ValueError("a workflow payload was changed or encrypted under another key") from error
        return Payload.FromString(plain)
