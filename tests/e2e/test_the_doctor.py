"""After the stories, whichever were told: everything that must always hold does."""

from forbear.doctor.registry import all_checks
from tests.e2e.town import Town

# A story leaves its tasks to people, and a later one lets months pass on the same clock: then these people are late,
# and what waits for them with them.
OVERDUE = "W6"


async def test_the_doctor_finds_nothing(town: Town) -> None:
    await town.settles()
    checks = (word for check in all_checks() if check.id != OVERDUE for word in ("--only", check.id))
    await town.stack.run("doctor", *checks)
