"""Overrides: what a rule only presumes two people may let through, with the legal reason; what must hold nobody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.common.contracts.events.cases import CaseTriaged
from services.common.kernel.ids import business_uuid
from services.contact.domain.guard.decision import Permit as Permitted
from services.contact.domain.guard.decision import Refusal, ask
from services.contact.models import Permit
from services.contact.policies import Policies
from services.contact.service.permits.kept import restored, terms_again
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_knowing import NEW_YORK, agree, american, at, rules, tell, vain_call

REASON = {
    "reason_code": "court_date",
    "legal_reason": "the borrower asked through the court to be called before the hearing",
    "words": "hearing is tomorrow, the borrower waits for our call",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("contact")


@pytest_asyncio.fixture(loop_scope="session")
async def house(url: str) -> AsyncIterator[House]:
    made = House(url)
    yield made
    await made.close()


async def called_too_often(house: House, name: str) -> tuple[CaseTriaged, str]:
    """A case whose next call US-04 refuses, and that refusal."""
    house.clock.move_to(at(2, 9, NEW_YORK))
    case = await american(house, name)
    for number in range(2):
        await vain_call(house, case, f"{name}-{number}")
        house.clock.advance(timedelta(hours=3))
    answer = await house.ask(case, f"{name}-third")
    assert rules(answer) == ["US-04"] and answer.json()["may_be_overridden"]
    return case, answer.json()["permit_id"]


async def request(house: House, permit_id: str, key: str, **changes: Any) -> httpx.Response:
    return await house.post(f"/v1/permits/{permit_id}/override-requests", REASON | changes, key, subject="agent-1")


async def decide(house: House, override_id: str, key: str, by: str = "boss-1", **said: Any) -> httpx.Response:
    body = {"approve": True, "words": "agreed, one call"} | said
    version = body.pop("version", 1)
    path = f"/v1/overrides/{override_id}/decision"
    return await house.post(path, body, key, "supervisor", subject=by, if_match=f'"{version}"')


@pytest.mark.rule("US-04")
async def test_two_people_let_a_presumed_refusal_through_once(house: House) -> None:
    case, refusal = await called_too_often(house, "override")
    asked = await request(house, refusal, "override-ask")
    assert asked.status_code == 201, asked.text
    override_id = asked.json()["override_id"]
    assert asked.json()["rules"] == ["US-04"] and asked.headers["etag"] == '"1"'
    assert (await request(house, refusal, "override-twice")).status_code == 422
    waiting = (await house.get("/v1/overrides", "supervisor")).json()["items"]
    assert [one["override_id"] for one in waiting] == [override_id]
    assert (await decide(house, override_id, "override-self", by="agent-1")).status_code == 409
    decided = await decide(house, override_id, "override-yes")
    assert decided.status_code == 200, decided.text
    permit = decided.json()["permit"]
    assert (permit["verdict"], permit["overridden"], decided.json()["state"]) == ("permitted", ["US-04"], "approved")
    assert permit["expires_at"] is not None
    again = await decide(house, override_id, "override-again", by="boss-2", version=2)
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "override-decided")
    vain = {"permit_id": permit["permit_id"], "outcome": "NO_ANSWER", "party_verified": False}
    assert (await house.post(f"/v1/cases/{case.case_id}/conversations", vain, "override-call")).status_code == 201
    assert rules(await house.ask(case, "override-next")) == ["US-04"], "it was for one call"
    words = await house.scalar("SELECT words || legal_reason FROM override WHERE permit_id = :id", id=UUID(refusal))
    assert "hearing" not in words and words.startswith("v1.")
    log = "SELECT string_agg(action, ' ' ORDER BY id) FROM audit_entry WHERE action LIKE 'conduct.%' AND case_id = :id"
    assert await house.scalar(log, id=case.case_id) == "conduct.override_requested conduct.override_approved"


@pytest.mark.rule("US-01", "HOLD-01")
async def test_what_must_hold_is_overridden_by_nobody(house: House) -> None:
    case, refusal = await called_too_often(house, "must")
    asked = (await request(house, refusal, "must-ask")).json()
    await house.hold(case, "demand_call")
    decided = (await decide(house, asked["override_id"], "must-hold")).json()
    assert decided["permit"]["verdict"] == "refused" and decided["state"] == "requested"
    assert decided["permit"]["rules"] == ["HOLD-01", "US-04"], "a hold came meanwhile"
    house.clock.move_to(at(2, 22, NEW_YORK))
    night = await house.ask(case, "must-night")
    held = await request(house, night.json()["permit_id"], "must-night-ask")
    assert (held.status_code, held.json()["type"].rpartition("/")[2]) == (409, "rule-holds")
    assert set(held.json()["rules"]) == {"HOLD-01", "US-01"}


@pytest.mark.rule("CN-02")
async def test_the_word_of_the_association_is_not_overridden_unless_the_bank_says_so(house: House) -> None:
    case = await house.triaged("association")
    for number in range(6):
        await vain_call(house, case, f"association-{number}")
    answer = await house.ask(case, "association-seventh")
    assert rules(answer) == ["CN-02"] and not answer.json()["may_be_overridden"]
    assert (await request(house, answer.json()["permit_id"], "association-ask")).status_code == 409


async def test_a_request_needs_reasons_a_version_and_an_answer_in_time(house: House) -> None:
    _, refusal = await called_too_often(house, "late")
    assert (await request(house, refusal, "late-code", reason_code="because")).status_code == 422
    assert (await request(house, refusal, "late-short", words="no")).status_code == 422
    asked = (await request(house, refusal, "late-ask")).json()
    path = f"/v1/overrides/{asked['override_id']}/decision"
    body = {"approve": True, "words": "yes"}
    assert (await house.post(path, body, "late-no-version", "supervisor", subject="boss-1")).status_code == 428
    assert (await decide(house, asked["override_id"], "late-stale", version=7)).status_code == 412
    assert (await house.post(path, body, "late-agent", "agent", subject="agent-2", if_match='"1"')).status_code == 403
    house.clock.advance(timedelta(hours=25))
    late = await decide(house, asked["override_id"], "late-decision")
    assert (late.status_code, late.json()["type"].rpartition("/")[2]) == (409, "override-lapsed")
    unknown = business_uuid("permit", "nothing")
    assert (await request(house, str(unknown), "late-unknown")).status_code == 404


async def test_of_twelve_who_decide_at_once_one_does_and_one_permit_is_given(house: House) -> None:
    case, refusal = await called_too_often(house, "many")
    override_id = (await request(house, refusal, "many-ask")).json()["override_id"]
    told = await asyncio.gather(
        *(decide(house, override_id, f"many-{k}", by=f"boss-{k}", approve=bool(k % 2)) for k in range(12))
    )
    assert sorted(one.status_code for one in told) == [200] + [409] * 11
    given = "SELECT count(*) FROM permit WHERE case_id = :id AND jsonb_array_length(overridden) > 0"
    state = next(one.json()["state"] for one in told if one.status_code == 200)
    assert await house.scalar(given, id=case.case_id) == (1 if state == "approved" else 0)


async def test_every_stored_decision_is_asked_again_with_the_same_answer(house: House) -> None:
    case, refusal = await called_too_often(house, "replay")
    override_id = (await request(house, refusal, "replay-ask")).json()["override_id"]
    assert (await decide(house, override_id, "replay-yes")).json()["state"] == "approved"
    await agree(house, case, "call_back", at=house.clock.now().isoformat())
    await tell(house, case.borrower_id, stopped_channels=["sms"], work_forbidden=True, care=["no_visits"])
    busy = {"hours": {"start": "09:00:00", "end": "17:00:00"}, "weekdays": [1, 2, 3]}
    await house.ask(case, "replay-text", channel="sms")
    await house.ask(case, "replay-agreed")
    await tell(house, case.borrower_id, inconvenient=[busy], occasions=[])
    await house.hold(case, "demand_call", ends_at=house.clock.now() + timedelta(days=1))
    await house.ask(case, "replay-busy", voicemail=["number"])
    visit = {"channel": "visit", "visit": {"staff": ["agent-1", "agent-2"], "enters": True}}
    await house.ask(case, "replay-visit", "supervisor", **visit)
    await house.ask_as("svc-agency", case, "replay-agency", "system", actor="agency")
    sydney = await house.triaged("replay-au", pack="au", language="en", time_zones=("Australia/Sydney",))
    await house.ask(sydney, "replay-au-call")
    packs, replayed = Policies.load().packs, 0
    async with house.database.read() as session:
        for permit in (await session.execute(select(Permit))).scalars():
            facts = restored(permit.facts)
            terms = terms_again(packs, permit, facts)
            answer = ask(facts, terms)
            assert terms.version == permit.pack_version
            refused = () if isinstance(answer, Permitted) else answer.rules
            assert permit.overridden == list(refused) if permit.overridden else True
            assert (permit.verdict == "permitted") == (isinstance(answer, Permitted) or bool(permit.overridden))
            kept = {one["rule"]: (one["passed"], one["reason"]) for one in permit.verdicts}
            assert {one.rule: (one.passed, one.reason) for one in answer.verdicts} == kept
            if isinstance(answer, Refusal) and not permit.overridden:
                assert answer.earliest == permit.earliest
            replayed += 1
    assert replayed >= 12
