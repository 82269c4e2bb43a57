"""Key rings as they are written in settings."""

import base64

import pytest

from services.common.runtime.key_ring import KeyRing, decode_key

KEY = base64.b64encode(b"k" * 32).decode()
URL_SAFE = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")


def test_the_first_key_is_the_current_one() -> None:
    ring = KeyRing.parse(f"2026:{KEY}, 2025:{URL_SAFE}")
    assert ring.current == "2026"
    assert ring.keys == {"2026": b"k" * 32, "2025": b"\xff" * 32}
    assert "kkk" not in repr(ring)


@pytest.mark.parametrize("text", ["", KEY, f"a b:{KEY}", f"a:{KEY},a:{KEY}", "a:c2hvcnQ=", "a:***", f"a:{KEY},"])
def test_other_texts_are_refused_without_quoting_them(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        KeyRing.parse(text)
    assert KEY not in str(refused.value)


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="digest_key has 5 bytes"):
        decode_key("c2hvcnQ=", "digest_key")
