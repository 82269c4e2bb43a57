"""Third parties and representatives of a case."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed, CaseTriaged
from tests.contract.edge import CANARY
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import listed, party, places, tell

FRIEND = {"role": "friend", "name": "Wang Wei", "number": "139 0000 3333", "provenance": "contact_notice"}
LAWYER = {"kind": "attorney", "name": "Zhang & Co", "address": "1 Court Street", "source": "letter"}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def act(house: House, one: dict[str, Any], what: str, key: str, version: int | None = None) -> httpx.Response:
    headers = {} if version is None else {"if_match": f'"{version}"'}
    return await house.post(f"/v1/third-parties/{one['third_party_id']}/{what}", None, key, **headers)


async def ended(house: House, case: CaseTriaged) -> None:
    closed = CaseClosed(case_id=case.case_id, reason="CURED", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"


@pytest.mark.rule("CN-07")
async def test_of_a_third_party_only_the_end_of_the_number_is_shown(house: House) -> None:
    case = await house.triaged("friend")
    kept = await tell(house, case, "third-parties", "k-1", **FRIEND)
    assert (kept.status_code, kept.headers["etag"], kept.json()["usable"]) == (201, '"1"', True)
    again = await tell(
        house, case, "third-parties", "k-2", **FRIEND | {"number": "+86 13900003333", "role": "relative"}
    )
    assert (again.status_code, again.json()) == (200, kept.json())
    shown = await house.get(f"/v1/cases/{case.case_id}/third-parties")
    assert shown.json()["items"] == [kept.json()] and kept.json()["ending"] == "3333"
    assert "Wang" not in shown.text and "9000" not in shown.text
    raw = await house.scalar("SELECT name || number FROM third_party")
    assert "Wang" not in raw and "9000" not in raw


@pytest.mark.rule("CN-07")
@pytest.mark.parametrize("provenance", ["unknown", "bought_data", "scraped"])
@pytest.mark.parametrize("pack", ["cn", "us"])
async def test_a_number_of_no_lawful_source_is_in_quarantine(house: House, provenance: str, pack: str) -> None:
    case = await house.triaged(f"{pack}-{provenance}", pack=pack)
    kept = (await tell(house, case, "third-parties", "k-1", **FRIEND | {"provenance": provenance})).json()
    assert (kept["usable"], kept["unusable_for"]) == (False, "unlawful_source")
    assert await house.scalar("SELECT detail ->> 'unusable_for' FROM audit_entry WHERE action = 'third_party.added'")


@pytest.mark.rule("CN-04")
async def test_a_refusal_is_for_good_and_for_every_case(house: House) -> None:
    first, second, later = [await house.triaged(name) for name in ("first", "second", "later")]
    here, there = [(await tell(house, c, "third-parties", "k-1", **FRIEND)).json() for c in (first, second)]
    await ended(house, first)
    refused = await act(house, here, "refusal", "r-1")
    assert (refused.status_code, refused.json()["unusable_for"], refused.headers["etag"]) == (200, "refused", '"2"')
    assert (await act(house, here, "refusal", "r-2")).json() == refused.json(), "again is the same"
    assert [one["unusable_for"] for one in await listed(house, second, "third-parties")] == ["refused"]
    born = (await tell(house, later, "third-parties", "k-1", **FRIEND)).json()
    assert (born["usable"], born["unusable_for"]) == (False, "refused")
    for what in ("invitation", "offer-to-pay"):
        assert_problem(await act(house, there, what, what, 2), 409, "third-party-refused")
    theirs = {"kind": "phone", "value": "13900003333", "provenance": "debtor_authorisation"}
    assert_problem(await tell(house, later, "numbers", "k-2", **theirs), 409, "third-party-refused")
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'third_party.refused'") == 1


@pytest.mark.rule("US-16")
@pytest.mark.rule("CN-06")
async def test_an_invitation_and_an_offer_to_pay_are_kept(house: House) -> None:
    case = await house.triaged("invites")
    kept = (await tell(house, case, "third-parties", "k-1", **FRIEND)).json()
    assert_problem(await act(house, kept, "invitation", "i-0"), 428, "precondition-required")
    invited = await act(house, kept, "invitation", "i-1", 1)
    assert invited.json()["invited_at"] and invited.headers["etag"] == '"2"'
    assert_problem(await act(house, kept, "offer-to-pay", "o-1", 1), 412, "stale-version")
    assert (await act(house, kept, "offer-to-pay", "o-2", 2)).json()["volunteers"] is True


async def test_what_is_no_third_party_is_refused(house: House) -> None:
    case, closed = await house.triaged("none"), await house.triaged("closed")
    wrong = await tell(house, case, "third-parties", "k-1", **FRIEND | {"number": CANARY})
    assert places(assert_problem(wrong, 422, "invalid-input")) == ["#/number"]
    unknown = await tell(house, case, "third-parties", "k-2", **FRIEND | {"role": "dog"})
    assert places(assert_problem(unknown, 422, "validation-failed")) == ["#/role"]
    nobody = {"third_party_id": "00000000-0000-0000-0000-000000000001"}
    assert_problem(await act(house, nobody, "refusal", "r-1"), 404, "third-party-unknown")
    forbidden = await house.post(f"/v1/cases/{case.case_id}/third-parties", FRIEND, "k-3", "committee")
    assert_problem(forbidden, 403, "forbidden")
    await ended(house, closed)
    assert_problem(await tell(house, closed, "third-parties", "k-1", **FRIEND), 409, "case-closed")


async def letter(house: House, one: dict[str, Any], key: str, version: int, **body: Any) -> httpx.Response:
    path = f"/v1/representatives/{one['representative_id']}/letters"
    return await house.post(path, body, key, if_match=f'"{version}"')


@pytest.mark.rule("US-08")
async def test_an_attorney_speaks_for_one_debt_until_the_end(house: House) -> None:
    case, other = await house.triaged("spoken-for", "ann"), await house.triaged("alone", "ann")
    kept = await tell(house, case, "representatives", "k-1", **LAWYER)
    one = kept.json()
    assert (kept.status_code, kept.headers["etag"], one["hold_to_place"]) == (201, '"1"', None)
    assert "Zhang" not in kept.text, "answers of commands are kept for repeats, so this one leaves the name out"
    wrote = await letter(house, one, "l-1", 1, direction="to", on="2026-03-01")
    assert (wrote.json()["asked_on"], wrote.headers["etag"]) == ("2026-03-01", '"2"')
    assert_problem(await letter(house, one, "l-2", 1, direction="to", on="2026-03-02"), 412, "stale-version")
    answered = await letter(house, one, "l-3", 2, direction="from", on="2026-03-02", agrees_to_contact=True)
    assert (answered.json()["asked_on"], answered.json()["agrees_to_contact"]) == (None, True)
    (shown,) = await listed(house, case, "representatives")
    assert (shown["name"], shown["address"]) == ("Zhang & Co", "1 Court Street")
    assert await listed(house, other, "representatives") == [], "representation is per debt"
    end = f"/v1/representatives/{one['representative_id']}/end"
    assert (await house.post(end, None, "e-1", if_match='"3"')).json()["ended_at"]
    assert_problem(await house.post(end, None, "e-2", if_match='"4"'), 409, "representative-ended")
    reads = "SELECT count(*) FROM audit_entry WHERE action = 'representatives.read'"
    assert await house.scalar(reads) == 2
    assert "Zhang" not in await house.scalar("SELECT name FROM representative")


@pytest.mark.rule("UK-04")
async def test_of_a_debt_adviser_intake_has_to_place_a_hold(house: House) -> None:
    case = await house.triaged("advised")
    kept = await tell(house, case, "representatives", "k-1", **LAWYER | {"kind": "adviser"})
    assert kept.json()["hold_to_place"] == "DEBT_ADVICE"


async def test_a_representative_of_a_joint_debtor_is_theirs(house: House) -> None:
    case = await house.triaged("joint")
    joint = await party(house, case, "jo")
    kept = await tell(house, case, "representatives", "k-1", **LAWYER | {"party_id": joint})
    assert kept.json()["person_id"] == joint


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"kind": "uncle"}, "#/kind"), ({"name": ""}, "#/name"), ({"asked_on": "2026-03-03"}, "#/asked_on")],
)
async def test_what_is_no_representative_is_refused(house: House, wrong: dict[str, Any], where: str) -> None:
    case = await house.triaged("wrong")
    refused = await tell(house, case, "representatives", "k-1", **LAWYER | wrong)
    assert refused.status_code == 422 and places(refused.json()) == [where]


async def test_what_is_no_letter_is_refused(house: House) -> None:
    case = await house.triaged("letters")
    one = (await tell(house, case, "representatives", "k-1", **LAWYER)).json()
    tomorrow = (house.clock.now() + timedelta(days=1)).date().isoformat()
    ahead = await letter(house, one, "l-1", 1, direction="to", on=tomorrow)
    assert places(assert_problem(ahead, 422, "invalid-input")) == ["#/on"]
    agreed = await letter(house, one, "l-2", 1, direction="to", on="2026-03-01", agrees_to_contact=True)
    assert places(assert_problem(agreed, 422, "invalid-input")) == ["#/agrees_to_contact"]
    nobody = {"representative_id": "00000000-0000-0000-0000-000000000001"}
    assert_problem(
        await letter(house, nobody, "l-3", 1, direction="to", on="2026-03-01"), 404, "representative-unknown"
    )
