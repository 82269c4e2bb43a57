"""After the stories, whichever were told: everything that must always hold does."""

import asyncpg

from forbear.doctor.registry import all_checks
from services.common.runtime.settings import SERVICES, driverless
from tests.e2e.town import Town

OVERDUE = "W6"
LATE = "SELECT case_id, owner, kind FROM obligation WHERE state = 'open' AND due_at < $1"


async def test_the_doctor_finds_nothing(town: Town) -> None:
    await town.settles()
    checks = (word for check in all_checks() if check.id != OVERDUE for word in ("--only", check.id))
    report = await town.stack.run("doctor", *checks)
    assert f"{len(all_checks()) - 1} clean" in report, report


async def test_nothing_is_late_but_where_people_are(town: Town) -> None:
    """A story leaves its last tasks to people, and a later one lets months pass on the clock that all share. What a
    workflow or the outside owes is late in no other case."""
    await town.settles()
    late = []
    for service in SERVICES:
        connection = await asyncpg.connect(driverless(town.stack.env[f"FORBEAR_{service.upper()}_DATABASE_URL"]))
        try:
            late += [(row["case_id"], row["owner"], row["kind"]) for row in await connection.fetch(LATE, town.now)]
        finally:
            await connection.close()
    people = {case_id for case_id, owner, _ in late if owner == "person"}
    assert [one for one in late if one[0] not in people] == []
