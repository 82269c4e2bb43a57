"""The doctor calls only the healthy healthy, and says what it could not look at and what is in flight."""

from pathlib import Path

import pytest

from forbear.doctor.look import Look, looking
from forbear.doctor.registry import all_checks
from forbear.doctor.verdicts import Verdict, exit_code
from tests.integration.clinic import AskedBank, Clinic, finding, findings, places

#: Checks that need nothing but databases, logs and the bank.
HERE = (
    "E1", "E2", "E4", "E5", "E7", "E8", "K1", "K2", "W5", "W6", "W7", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "P1",
    "P3", "P4", "P6", "P8", "C1", "C2", "C3", "C4", "C5", "C6", "D1", "A2", "R1", "R4",
)  # fmt: skip


async def test_a_healthy_installation_is_clean(ward: Clinic, state: Path) -> None:
    found = await findings(AskedBank(places(ward.healthy, state=state)), HERE)
    assert {id: (one.verdict, one.examples, one.note) for id, one in found.items()} == {
        id: (Verdict.CLEAN, (), "") for id in HERE
    }
    empty = {id for id, one in found.items() if not one.examined}
    assert empty == {"K2", "E7", "W7"}, "every other check has looked at something"
    assert exit_code(found.values()) == 0


async def test_what_cannot_be_looked_at_is_not_clean(ward: Clinic) -> None:
    without_desk = {name: url for name, url in ward.healthy.items() if name != "desk"}
    found = await findings(Look(places(without_desk)), [one.id for one in all_checks()])
    unchecked = {id for id, one in found.items() if one.verdict is Verdict.UNCHECKED}
    assert {"E3", "E4", "W1", "W2", "W4", "P4", "P5", "V7", "D1", "R1", "R2", "R3", "R4"} <= unchecked
    assert all(found[id].note and not found[id].examined for id in unchecked)
    assert exit_code(found.values()) == 2


async def test_a_database_of_another_shape_is_not_clean(ward: Clinic) -> None:
    databases = await ward.broken("desk", "DROP TABLE work_item")
    found = await finding(Look(places(databases)), "D1")
    assert (found.verdict, found.note) == (Verdict.UNCHECKED, "the database of desk: UndefinedTableError")


async def test_the_doctor_cannot_write(ward: Clinic) -> None:
    async with looking(places(ward.healthy)) as look:
        with pytest.raises(RuntimeError, match="ReadOnlySQLTransactionError"):
            await look.rows("plans", "DELETE FROM plan RETURNING 1")
