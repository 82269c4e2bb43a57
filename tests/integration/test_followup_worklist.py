"""People clear the work list: what a posting lacks is said, or why nothing comes of it."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.common.runtime.metrics import Metrics
from services.followup.bootstrap import unmatched_figure
from services.followup.vocabulary import UnmatchedReason
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, LAST_GOOD, House, plan_for
from tests.integration.test_followup_files import BANK, imported

FIRST, OTHER = plan_for("A-1"), plan_for("A-2")


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    for plan in (FIRST, OTHER):
        await made.hear("plans", plan)
    yield made
    await made.close()


async def entries(house: House) -> dict[str | None, dict[str, Any]]:
    items = (await house.get("/v1/unmatched-postings")).json()["items"]
    return {item["posting_ref"]: item for item in items}


def assignment(entry: dict[str, Any]) -> str:
    return f"/v1/unmatched-postings/{entry['entry_id']}/assignment"


async def test_a_posting_of_a_wrong_account_counts_where_somebody_says(house: House) -> None:
    await house.pay("odd", "no account?", "500.00", DUE)
    entry = (await entries(house))["odd"]
    assert (await house.post(assignment(entry), {"account_ref": "A-1"}, "k0", "compliance")).status_code == 403
    done = await house.post(assignment(entry), {"account_ref": "A-1"}, "k1")
    assert (done.status_code, done.json()["agreement_id"]) == (200, str(FIRST.agreement_id)), done.text
    assert (await house.lines(FIRST))[0] == (1, "PAID", 500)
    assert await entries(house) == {}
    again = await house.post(assignment(entry), {"account_ref": "A-2"}, "k2")
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "entry-resolved")
    # What takes it back is booked where it was, and counts where it is.
    await house.pay("odd-r", "no account?", "500.00", DUE, reverses="odd")
    assert (await entries(house))["odd-r"]["reason"] == "account_format"
    moved = await house.post(assignment((await entries(house))["odd-r"]), {"account_ref": "A-1"}, "k3")
    assert moved.status_code == 200, moved.text
    assert (await house.lines(FIRST))[0] == (1, "SCHEDULED", 0)
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'unmatched_posting.assigned'") == 2


async def test_how_many_wait_is_shown_by_reason(house: House) -> None:
    async def shown() -> dict[str, float]:
        metrics = Metrics("followup", "api")
        metrics.refresh(unmatched_figure(house.cases.work_list.waiting, metrics))
        lines = (await metrics.text()).decode().splitlines()
        found = dict(line.split(" ") for line in lines if line.startswith("forbear_unmatched_postings{"))
        return {name.split('"')[1]: float(value) for name, value in found.items()}

    nothing = {reason.value: 0.0 for reason in UnmatchedReason}
    assert await shown() == nothing
    for ref in ("odd-1", "odd-2"):
        await house.pay(ref, "no account?", "10.00", DUE)
    await house.pay("r1", "A-1", "500.00", DUE, reverses="p1")
    assert await shown() == nothing | {"account_format": 2.0, "unknown_original": 1.0}
    await house.pay("p1", "A-1", "500.00", DUE)
    assert (
        await house.post(assignment((await entries(house))["odd-1"]), {"account_ref": "A-1"}, "k1")
    ).status_code == 200
    assert await shown() == nothing | {"account_format": 1.0}, "what is settled is not shown any more"


async def test_a_reversal_on_another_account_is_given_to_that_of_its_payment(house: House) -> None:
    await house.pay("p1", "A-1", "500.00", DUE)
    await house.pay("r1", "A-2", "500.00", DUE, reverses="p1")
    entry = (await entries(house))["r1"]
    for number, wrong in enumerate(({"account_ref": "A-2"}, {"account_ref": "A-3"}, {"account_ref": "?"})):
        assert (await house.post(assignment(entry), wrong, f"w{number}")).status_code == 422
    assert (await house.post(assignment(entry), {"account_ref": "A-1"}, "k1")).status_code == 200
    assert (await house.lines(FIRST))[0] == (1, "SCHEDULED", 0)


async def test_what_a_file_lacks_is_added(house: House) -> None:
    house.move_to(DUE.replace(day=20))
    await imported(house, BANK / "camt.054.001.08.xml")
    await imported(house, BANK / "pain.002.001.03.xml")
    found = await entries(house)
    nameless, homeless, returned = found[None], found["BK-1002-2"], found["BK-4002"]
    assert (nameless["found_in"], nameless["end_to_end_id"]) == ("camt.054.001.08.xml:58", "A-1")
    refused = await house.post(assignment(nameless), {"account_ref": "A-1"}, "k1")
    assert refused.json()["type"].endswith("/cannot-be-assigned") and "reference" in refused.json()["detail"]
    named = {"account_ref": "A-1", "posting_ref": "BK-1002-3"}
    assert (await house.post(assignment(nameless), named, "k2")).status_code == 200
    assert (await house.post(assignment(homeless), {"account_ref": "A-2"}, "k3")).status_code == 200
    assert [line[2] for line in (*(await house.lines(FIRST))[:1], *(await house.lines(OTHER))[:1])] == [10, 70]
    wrong = {"account_ref": "A-2", "reverses": "BK-unknown"}
    assert (await house.post(assignment(returned), wrong, "k4")).status_code == 422
    assert await house.scalar("SELECT count(*) FROM posting WHERE posting_ref = 'BK-4002'") == 0, "nothing is kept"
    right = {"account_ref": "A-2", "reverses": "BK-1002-2"}
    assert (await house.post(assignment(returned), right, "k5")).status_code == 200
    assert (await house.lines(OTHER))[0][2] == 30, "no payment is taken back below zero"
    assert await entries(house) == {}


async def test_nothing_comes_of_a_posting(house: House) -> None:
    await house.pay("odd", "no account?", "500.00", DUE)
    path = f"/v1/unmatched-postings/{(await entries(house))['odd']['entry_id']}/dismissal"
    assert (await house.post(path, {"because": "I say so"}, "k1")).status_code == 422
    done = await house.post(path, {"because": "not_ours"}, "k2")
    assert (done.status_code, done.json()["resolution"]) == (200, "dismissed")
    assert await entries(house) == {}
    assert (await house.post(path, {"because": "not_ours"}, "k3")).status_code == 409
    unknown = "/v1/unmatched-postings/b4a3b422-268e-59cd-8aef-0656796e3e9c/dismissal"
    assert (await house.post(unknown, {"because": "not_ours"}, "k4")).status_code == 404


async def test_a_core_without_a_feed_closes_its_days(house: House) -> None:
    house.move_to(LAST_GOOD)
    too_early = await house.post("/v1/bank-days", {"business_date": LAST_GOOD.isoformat()}, "k1", "system")
    assert (too_early.status_code, too_early.json()["type"].rpartition("/")[2]) == (422, "day-not-over")
    house.move_to(LAST_GOOD.replace(day=5))
    day = {"business_date": LAST_GOOD.isoformat()}
    assert (await house.post("/v1/bank-days", day, "k2", "agent")).status_code == 403
    closed = await house.post("/v1/bank-days", day, "k3", "system")
    assert (closed.status_code, closed.json()["closed_through"]) == (200, "2026-04-04"), closed.text
    assert (await house.lines(FIRST))[0] == (1, "MISSED", 0)
    assert (await house.post("/v1/bank-days", day, "k4", "system")).json() == closed.json(), "again: nothing"
    assert (await house.names(FIRST)).count("instalment.missed") == 1


async def test_what_was_known_on_a_day(house: House) -> None:
    path = f"/v1/agreements/{FIRST.agreement_id}"
    house.move_to(date(2026, 4, 5))
    await house.close_day(LAST_GOOD)
    house.move_to(date(2026, 4, 12))
    await house.pay("late-told", "A-1", "500.00", DUE)

    async def first(query: str) -> tuple[str, str, str]:
        shown = (await house.get(path + query)).json()
        return shown["instalments"][0]["state"], shown["standing"], shown["state_hash"]

    now = await first("")
    assert now[:2] == ("PAID", "ON_TRACK")
    assert (await first("?known_on=2026-04-04"))[:2] == ("SCHEDULED", "ON_TRACK")
    assert (await first("?known_on=2026-04-11"))[:2] == ("MISSED", "AT_RISK")
    assert await first("?known_on=2026-04-12") == now == await first("?as_of=2026-04-30")
    assert (await first("?as_of=2026-03-31"))[:2] == ("SCHEDULED", "ON_TRACK")
    shown = (await house.get(f"{path}?as_of=2026-04-04&known_on=2026-04-06")).json()
    assert (shown["as_of"], shown["known_on"], shown["closed_through"]) == ("2026-04-04", "2026-04-06", "2026-04-04")
    assert (await house.get(f"{path}?as_of=yesterday")).status_code == 422
    assert (await house.get(f"/v1/agreements/{FIRST.case_id}?known_on=2026-04-06")).status_code == 404
