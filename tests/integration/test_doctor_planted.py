"""The doctor finds each bug that is planted in a healthy installation, and shows no personal value of it."""

from pathlib import Path

import pytest

from forbear.doctor.look import Look
from forbear.doctor.registry import all_checks
from forbear.doctor.verdicts import EXAMPLES, Verdict
from tests.integration.clinic import AskedBank, Clinic, finding, places
from tests.integration.clinic_rows import EVIDENCE, FILE, FILE_KEY, IN_FORCE
from tests.integration.planted_bugs import NAME, PLANTED

#: What no database alone can show is planted in logs below, on topics and in Temporal.
ELSEWHERE = {"R1", "E3", "E6", "P5", "R2", "W1", "W2", "W4", "R3"}


def test_every_check_has_a_bug_to_find() -> None:
    assert {id for id, _, _ in PLANTED.values()} | ELSEWHERE == {one.id for one in all_checks()}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_bug_is_found(ward: Clinic, state: Path, planted: str) -> None:
    id, service, statements = PLANTED[planted]
    found = await finding(AskedBank(places(await ward.broken(service, *statements), state=state)), id)
    assert found.verdict is Verdict.BROKEN, found
    assert found.examined
    assert 1 <= len(found.examples) <= min(EXAMPLES, found.broken)
    assert NAME not in str(found) and "1340000" not in str(found), "a report holds no personal value"


async def test_a_restructuring_that_only_the_bank_knows_is_found(ward: Clinic) -> None:
    look = AskedBank(places(ward.healthy))
    look.bank = (IN_FORCE, {**IN_FORCE, "external_id": "x", "number": 7})
    found = await finding(look, "P4")
    assert (found.verdict, found.examples) == (Verdict.BROKEN, ("restructuring 7 of the bank",))


async def test_a_file_that_was_changed_or_taken_away_is_found(ward: Clinic, state: Path) -> None:
    look = places(ward.healthy, state=state)
    file = state / "evidence" / FILE_KEY
    file.write_bytes(FILE + b", and a page more")
    found = await finding(Look(look), "V7")
    assert (found.verdict, found.examples) == (Verdict.BROKEN, (f"evidence {EVIDENCE} has another file",))
    file.unlink()
    found = await finding(Look(look), "V7")
    assert (found.verdict, found.examples) == (Verdict.BROKEN, (f"evidence {EVIDENCE} has no file",))
    file.mkdir()
    assert (await finding(Look(look), "V7")).verdict is not Verdict.CLEAN


async def test_a_store_that_is_away_is_not_clean_and_is_not_made(ward: Clinic, state: Path) -> None:
    (state / "evidence").rename(state / "elsewhere")
    found = await finding(Look(places(ward.healthy, state=state)), "V7")
    assert (found.verdict, found.note) == (Verdict.UNCHECKED, "the store of evidence is not there")
    assert not (state / "evidence").exists()


@pytest.mark.parametrize(
    "text",
    [
        f'"{NAME}"',
        "+8613400000016 x",
        "to=008613400000016",
        "\\u6797\\u82b3",
        "林芳",
        "%E6%9E%97%E8%8A%B3",
        "to=b000016%40example.com",
        "寄往上海市示例路1号",
    ],
)
async def test_a_personal_value_in_a_log_is_found_and_not_shown(ward: Clinic, state: Path, text: str) -> None:
    (state / "logs" / "contact.log").write_text(f"fine\nalso fine 1713400000016\n{text}\n")
    found = await finding(Look(places(ward.healthy, state=state)), "R1")
    assert (found.verdict, found.examples) == (Verdict.BROKEN, ("contact.log line 3",))
