"""Workflow payloads at rest: nothing readable outside, nothing changed unseen, keys that can be rotated."""

import pytest
from temporalio.api.common.v1 import Payload

from services.common.runtime.codec import ENCODING, EncryptingCodec, UnknownKey
from services.common.runtime.key_ring import KeyRing

OLD, NEW = b"o" * 32, b"n" * 32
PLAIN = Payload(metadata={"encoding": b"json/plain", "messageType": b"CaseInput"}, data=b'{"case_id": "0b9f"}')


def codec(*names: str) -> EncryptingCodec:
    """A codec with these keys, the first being current."""
    keys = {"old": OLD, "new": NEW}
    return EncryptingCodec(KeyRing(names[0], {name: keys[name] for name in names}))


def changed(sealed: Payload, data: bytes | None = None, **metadata: bytes) -> Payload:
    """A copy with other data or metadata."""
    return Payload(metadata={**sealed.metadata, **metadata}, data=sealed.data if data is None else data)


async def test_payloads_come_back_with_their_metadata() -> None:
    sealed = await codec("new").encode([PLAIN, Payload()])
    assert await codec("new").decode(sealed) == [PLAIN, Payload()]


async def test_nothing_readable_is_outside() -> None:
    [sealed] = await codec("new").encode([PLAIN])
    assert set(sealed.metadata) == {"encoding", "kid"} and sealed.metadata["encoding"] == ENCODING
    assert b"case_id" not in sealed.SerializeToString() and b"CaseInput" not in sealed.SerializeToString()


async def test_same_payload_is_never_sealed_the_same() -> None:
    first, second = await codec("new").encode([PLAIN, PLAIN])
    assert first.data != second.data


async def test_old_payloads_are_read_after_a_rotation_and_new_ones_use_the_new_key() -> None:
    old = await codec("old").encode([PLAIN])
    rotated = codec("new", "old")
    assert await rotated.decode(old) == [PLAIN]
    [sealed] = await rotated.encode([PLAIN])
    assert sealed.metadata["kid"] == b"new"


async def test_key_that_was_dropped_is_named() -> None:
    old = await codec("old").encode([PLAIN])
    with pytest.raises(UnknownKey, match="'old'"):
        await codec("new").decode(old)


@pytest.mark.parametrize("at", [0, 11, 12, -1], ids=["nonce", "end of nonce", "text", "tag"])
async def test_changed_byte_is_noticed(at: int) -> None:
    [sealed] = await codec("new").encode([PLAIN])
    data = bytearray(sealed.data)
    data[at] ^= 1
    with pytest.raises(ValueError, match="was changed"):
        await codec("new").decode([changed(sealed, bytes(data))])


async def test_another_key_id_is_noticed_even_when_its_key_is_the_same() -> None:
    [sealed] = await codec("new").encode([PLAIN])
    twins = EncryptingCodec(KeyRing("new", {"new": NEW, "twin": NEW}))
    with pytest.raises(ValueError, match="was changed"):
        await twins.decode([changed(sealed, kid=b"twin")])


async def test_payload_of_before_encryption_is_passed_through() -> None:
    assert await codec("new").decode([PLAIN]) == [PLAIN]
