"""Encrypted columns: what comes back, what is refused, and how equal values are found."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text

from services.common.runtime import encryption
from services.common.runtime.encryption import (
    EncryptedText,
    EncryptionError,
    configure_encryption,
    decrypt,
    digest,
    encrypt,
    normal_id,
    normal_phone,
)
from services.common.runtime.key_ring import KeyRing
from tests.unit.runtime.conftest import NEW, OLD, OTHER


def test_a_column_hides_its_text_in_the_database(encrypted: None) -> None:
    people = Table("borrower", MetaData(), Column("id", Integer), Column("name", EncryptedText("borrower.name")))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        people.create(connection)
        connection.execute(insert(people), [{"id": 1, "name": "王小明"}, {"id": 2, "name": None}])
        stored = connection.execute(text("SELECT name FROM borrower ORDER BY id")).scalars().all()
        read = connection.execute(select(people.c.name).order_by(people.c.id)).scalars().all()
    engine.dispose()
    assert read == ["王小明", None]
    assert stored[0].startswith("v1.new.") and "王" not in stored[0]
    assert stored[1] is None


def test_the_same_text_is_stored_differently_each_time(encrypted: None) -> None:
    assert encrypt("same", "a.b") != encrypt("same", "a.b")


def test_a_changed_value_is_refused(encrypted: None) -> None:
    stored = encrypt("Wang", "borrower.name")
    last = "A" if stored[-1] != "A" else "B"
    for changed in (stored[:-1] + last, stored[:-8], "v1.new.", "v1.new.%%%", "Wang"):
        with pytest.raises(EncryptionError) as refused:
            decrypt(changed, "borrower.name")
        assert "Wang" not in str(refused.value)


def test_a_value_of_another_column_is_refused(encrypted: None) -> None:
    with pytest.raises(EncryptionError, match="belongs elsewhere"):
        decrypt(encrypt("Wang", "borrower.name"), "borrower.phone")


def test_an_older_key_of_the_ring_still_reads_and_a_lost_one_does_not(
    encrypted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "_configured", None)
    configure_encryption(KeyRing("old", {"old": OLD}), OTHER)
    stored = encrypt("Wang", "borrower.name")
    monkeypatch.setattr(encryption, "_configured", None)
    configure_encryption(KeyRing("new", {"new": NEW, "old": OLD}), OTHER)
    assert decrypt(stored, "borrower.name") == "Wang"
    monkeypatch.setattr(encryption, "_configured", None)
    configure_encryption(KeyRing("new", {"new": NEW}), OTHER)
    with pytest.raises(EncryptionError, match="not in the ring"):
        decrypt(stored, "borrower.name")


def test_nothing_is_encrypted_before_keys_are_set(unconfigured: None) -> None:
    with pytest.raises(EncryptionError, match="not configured"):
        encrypt("Wang", "borrower.name")
    with pytest.raises(EncryptionError, match="not configured"):
        digest("Wang", "phone")


def test_keys_are_set_once(encrypted: None) -> None:
    configure_encryption(KeyRing("new", {"new": NEW, "old": OLD}), OTHER)
    with pytest.raises(EncryptionError, match="already"):
        configure_encryption(KeyRing("new", {"new": NEW}), OTHER)


def test_a_digest_depends_on_value_and_purpose(encrypted: None) -> None:
    assert digest("+8613800138000", "phone") == digest("+8613800138000", "phone")
    assert digest("+8613800138000", "phone") != digest("+8613800138000", "national_id")
    assert digest("+8613800138000", "phone") != digest("+8613800138001", "phone")


def test_ways_of_writing_a_number_are_one() -> None:
    forms = ("138 0013 8000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００")
    assert {normal_phone(form, "CN") for form in forms} == {"+8613800138000"}
    assert normal_id(" 110101-1990 0307 004x ") == normal_id("11010119900307004X") == "11010119900307004X"


@pytest.mark.parametrize("text_", ["", "hello", "12", "+86"])
def test_what_is_no_number_is_refused_without_quoting_it(text_: str) -> None:
    with pytest.raises(ValueError, match="telephone number") as refused:
        normal_phone(text_, "CN")
    assert not text_ or text_ not in str(refused.value)


def test_a_column_is_named_with_its_table() -> None:
    with pytest.raises(ValueError, match=r"table\.column"):
        EncryptedText("name")
