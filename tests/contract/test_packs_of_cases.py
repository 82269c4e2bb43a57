"""Intake puts a case under a pack, and contact asks by it: both know the same packs."""

from datetime import date

from services.common.kernel.policy_file import load_dated
from services.contact.packs import pack_names
from services.intake.domain.triage import TriagePolicy

DAY = date(2026, 11, 22)


def test_every_pack_of_contact_can_be_that_of_a_case_and_no_other() -> None:
    terms = load_dated("services.intake", "triage", TriagePolicy).on(DAY).value.packs
    assert sorted(pack.pack for pack in terms) == sorted(pack_names())


def test_of_every_country_some_zone_is_known() -> None:
    terms = load_dated("services.intake", "triage", TriagePolicy).on(DAY).value.packs
    assert [pack.pack for pack in terms if not pack.zones] == []
