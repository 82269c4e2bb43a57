"""`forbear stop` on a real database, as two operators type it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from typer.testing import CliRunner, Result

from forbear.commands import stop
from services.common.runtime.settings import driverless
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House

Forbear = Callable[..., Awaitable[Result]]
AUDITED = "SELECT string_agg(action || ' ' || actor, ', ' ORDER BY id) FROM audit_entry WHERE subject LIKE 'stop/%'"


@pytest.fixture
async def house(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    url = await fresh_database("contact")
    monkeypatch.setenv("FORBEAR_SANDBOX", "1")
    monkeypatch.setenv("FORBEAR_CONTACT_DATABASE_URL", driverless(url))
    made = House(url)
    yield made
    await made.close()


@pytest.fixture
def forbear(monkeypatch: pytest.MonkeyPatch) -> Forbear:
    """Run `forbear stop` as somebody with an account on the machine."""

    async def run(person: str, *words: str) -> Result:
        monkeypatch.setenv("LOGNAME", person)
        return await asyncio.to_thread(CliRunner().invoke, stop.app, list(words))

    return run


async def stop_id(forbear: Forbear) -> str:
    shown = await forbear("an", "list")
    assert shown.exit_code == 1
    return shown.stdout.split()[0]


async def test_one_stops_everything_and_two_lift_it(house: House, forbear: Forbear) -> None:
    case = await house.triaged("typed")
    placed = await forbear("an", "--all", "--reason", "wrong amounts")
    assert placed.exit_code == 0, placed.output
    assert "all contact is stopped from now on" in placed.stdout
    assert (await house.deliver(offer_of(case))).outcome == "later"
    assert (await house.ask(case, "during")).json()["rules"] == ["STOP-01"]
    name = await stop_id(forbear)
    asked = await forbear("an", "lift", name)
    assert (asked.exit_code, "second person" in asked.stdout) == (0, True)
    assert "by operator:an, lift asked for by operator:an: wrong amounts" in (await forbear("bo", "list")).stdout
    alone = await forbear("an", "lift", name)
    assert (alone.exit_code, "A second person is needed" in alone.stderr) == (2, True)
    path = f"/v1/stops/{name}/lift"
    signed_in = await house.post(path, None, "by-api", "manager", subject="an", if_match='"2"')
    assert signed_in.json()["type"].endswith("second-person-needed"), "one person, two names"
    assert (await forbear("bo", "lift", name)).exit_code == 0
    assert (await forbear("bo", "list")).stdout == "nothing is stopped\n"
    await house.beat()
    assert (await house.deliver(offer_of(case))).outcome == "sent"
    typed = "stop.placed operator:an, stop.lift_requested operator:an, stop.lifted operator:bo"
    assert await house.scalar(AUDITED) == typed


@pytest.mark.parametrize(
    ("scope", "value"), [("pack", "cn"), ("channel", "sms"), ("template", "offer")], ids=lambda word: word
)
async def test_it_stops_a_pack_a_channel_or_a_template(house: House, forbear: Forbear, scope: str, value: str) -> None:
    assert (await forbear("an", f"--{scope}", value, "--reason", "wrong amounts")).exit_code == 0
    assert await house.scalar("SELECT scope || ' ' || value FROM stop_order") == f"{scope} {value}"


@pytest.mark.parametrize(
    "words",
    [
        ["--all"],
        ["--reason", "wrong amounts"],
        ["--all", "--channel", "sms", "--reason", "wrong amounts"],
        ["--channel", "smoke", "--reason", "wrong amounts"],
        ["--all", "--reason", "no"],
        ["--all", "list"],
        ["lift", "2f0a4b60-0000-5000-8000-000000000000"],
    ],
    ids=" ".join,
)
async def test_what_is_not_clear_stops_nothing(house: House, forbear: Forbear, words: list[str]) -> None:
    assert (await forbear("an", *words)).exit_code == 2
    assert await house.scalar("SELECT count(*) FROM stop_order") == 0
