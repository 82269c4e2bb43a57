"""After the stories, whichever were told: everything that must always hold does."""

from tests.e2e.town import Town


async def test_the_doctor_finds_nothing(town: Town) -> None:
    await town.settles()
    await town.stack.run("doctor")
