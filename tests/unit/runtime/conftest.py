"""Keys for encrypted columns, fresh for each test that wants them."""

from collections.abc import Iterator

import pytest

from services.common.runtime import encryption
from services.common.runtime.key_ring import KeyRing

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has not set its keys."""
    monkeypatch.setattr(encryption, "_configured", None)
    yield


@pytest.fixture
def encrypted(unconfigured: None) -> None:
    """A process with a ring of two keys, `new` being current."""
    encryption.configure_encryption(KeyRing("new", {"new": NEW, "old": OLD}), OTHER)
