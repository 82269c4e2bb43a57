"""Vulnerability flags: recorded with consent, told to nobody but by the care and the holds they ask for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.intake.domain.flags import FlagKind
from services.intake.policies import Policies
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import triaged
from tests.integration.intake_flag_steps import CONSENT, LEAD, care, kinds_of_holds, record
from tests.integration.intake_house import START, TODAY, House


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


@pytest.mark.rule("UK-09")
async def test_what_a_borrower_tells_needs_consent_and_stays_here(house: House) -> None:
    case_id = await triaged(house)
    told = {"kind": "HEALTH_MENTAL", "source": "borrower", "note": "canary-note", "reference": "canary-adviser"}
    refused = await house.ask("POST", f"/cases/{case_id}/flags", told)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, "consent-needed")
    assert "HEALTH" not in refused.text and "canary" not in refused.text
    for moment in ("0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", (START + timedelta(hours=1)).isoformat()):
        said = told | {"consent": CONSENT | {"at": moment}}
        assert (await house.ask("POST", f"/cases/{case_id}/flags", said)).status_code == 422, moment
    flag = await record(house, case_id, "HEALTH_MENTAL", note="canary-note", reference="canary-adviser")
    assert flag["review_on"] == str(TODAY + timedelta(days=90)) and flag["sensitivity"] == "special"
    assert await care(house, case_id) == [["slow_pace", "softer_channel", "specialist"]]
    for table in ("vulnerability_flag", "hold", "outbox", "audit_entry", "command_log", "task", "obligation"):
        dumped = await house.scalar(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        assert not any(secret in dumped for secret in ("canary", "HEALTH")), table
    assert (await house.ask("GET", f"/cases/{case_id}/flags")).status_code == 403
    shown = (await house.ask("GET", f"/cases/{case_id}/flags", roles=LEAD)).json()
    assert [(one["kind"], one["note"], one["consent_by"]) for one in shown["items"]] == [
        ("HEALTH_MENTAL", "canary-note", "borrower")
    ]
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'flags.read'") == 1
    again = await house.ask("POST", f"/cases/{case_id}/flags", told | {"consent": CONSENT})
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "flag-in-force")


@pytest.mark.rule("UK-08")
async def test_limited_capacity_suspends_pursuit_whoever_says_so(house: House) -> None:
    case_id = await triaged(house)
    noted = await house.ask(
        "POST", f"/cases/{case_id}/flags", {"kind": "CAPACITY_LIMITED", "source": "third_party", "note": "a neighbour"}
    )
    assert noted.status_code == 422, "words about a person are kept with consent only"
    flag = await record(house, case_id, "CAPACITY_LIMITED", source="third_party", consent=None)
    placed = [body for name, body in await house.outbox(case_id) if name == "forbear.hold.placed.v1"]
    assert {"demand_call", "demand_message", "visit", "enforcement", "arrangement"} <= set(placed[0]["blocks"])
    assert placed[0]["ends_at"] is None
    assert await kinds_of_holds(house, case_id) == ["CAPACITY"]
    path = f"/flags/{flag['flag_id']}/end"
    # Who may not lift the hold does not end the flag.
    resolved = {"reason": "resolved"}
    assert (await house.ask("POST", path, resolved, roles=("supervisor",), if_match=1)).status_code == 403
    assert (await house.ask("POST", path, resolved, roles=LEAD)).status_code == 428
    assert (await house.ask("POST", path, resolved, roles=LEAD, if_match=9)).status_code == 412
    assert (await house.ask("POST", path, resolved, roles=LEAD, if_match=1)).status_code == 200
    assert await kinds_of_holds(house, case_id) == []
    assert (await care(house, case_id))[-1] == []
    assert (await house.ask("POST", path, resolved, roles=LEAD, if_match=2)).status_code == 409


async def test_care_of_several_flags_is_told_together(house: House) -> None:
    case_id = await triaged(house)
    await record(house, case_id, "DOMESTIC_ABUSE")
    gambling = await record(house, case_id, "ADDICTION_GAMBLING")
    assert (await care(house, case_id))[-1] == ["no_lump_sum", "no_visits", "safe_contact", "specialist"]
    withdrawn = await house.ask(
        "POST", f"/flags/{gambling['flag_id']}/end", {"reason": "consent_withdrawn"}, roles=LEAD, if_match=1
    )
    assert withdrawn.status_code == 200
    assert (await care(house, case_id))[-1] == ["no_visits", "safe_contact", "specialist"]


@pytest.mark.rule("UK-04")
async def test_debt_advice_holds_thirty_days_and_a_renewal_thirty_more(house: House) -> None:
    case_id = await triaged(house)
    flag = await record(house, case_id, "PROBLEM_DEBT_ADVICE", source="third_party", consent=None, reference="CAP-118")
    [hold] = (await house.ask("GET", f"/cases/{case_id}/holds", roles=LEAD)).json()["items"]
    assert (hold["kind"], hold["ends_at"]) == ("DEBT_ADVICE", (START + timedelta(days=30)).isoformat()[:-6] + "Z")
    renewed = await house.ask(
        "POST", f"/flags/{flag['flag_id']}/renewal", {}, roles=("senior_agent",), if_match=flag["version"]
    )
    assert renewed.status_code == 200 and renewed.json()["renewals"] == 1
    [hold] = (await house.ask("GET", f"/cases/{case_id}/holds", roles=LEAD)).json()["items"]
    assert hold["ends_at"] == (START + timedelta(days=60)).isoformat()[:-6] + "Z"
    told = [body["ends_at"] for name, body in await house.outbox(case_id) if name == "forbear.hold.placed.v1"]
    assert len(told) == 2 and told[0] < told[1]


async def test_triage_sends_whom_a_flag_or_hold_protects_to_a_specialist(house: House) -> None:
    first = await triaged(house, "A1")
    assert (await house.case(first))["treatment"] == "standard"
    await record(house, first, "HEALTH_PHYSICAL")
    assert (await house.case(await triaged(house, "A2")))["treatment"] == "specialist"
    other = await house.post_case("A3", borrower="B2")
    await house.ask("POST", f"/cases/{other}/holds", {"kind": "MENTAL_HEALTH_CRISIS"})
    await house.cases.triage.triage(other, False)
    assert (await house.case(other))["treatment"] == "specialist"


async def test_flags_at_the_same_moment_are_each_recorded_once(house: House) -> None:
    case_id = await triaged(house)
    body = {"source": "borrower", "consent": CONSENT}
    asked = [body | {"kind": kind} for kind in ("CARER", "CARER", "ELDERLY", "BEREAVED")]
    answers = await asyncio.gather(*(house.ask("POST", f"/cases/{case_id}/flags", one) for one in asked))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409]
    assert sorted((await care(house, case_id))[-1]) == ["slow_pace", "softer_channel"]


@pytest.mark.parametrize("kind", list(FlagKind))
def test_every_flag_has_terms_and_holds_what_the_policy_knows(kind: FlagKind) -> None:
    policies = Policies()
    terms = policies.flags(START).kinds[kind]
    assert terms.care or terms.hold
    assert terms.hold is None or terms.hold in policies.holds(START).kinds
    assert terms.review_days > 0
