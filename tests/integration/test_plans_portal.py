"""Who answers through a portal: the borrower of the case and joint debtors, for themselves and nobody else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest

from sandbox.borrowers.signing import acceptance as acceptance_of
from sandbox.borrowers.signing import accepted
from services.common.contracts.events.cases import PartyAdded
from services.common.kernel.ids import business_uuid
from tests.databases import Databases
from tests.integration.plans_house import BORROWER, NEGOTIATOR, PDF, REVIEWER, SUPERVISOR, House, plans_house
from tests.integration.plans_service import INSTITUTION, Case

OTHER = business_uuid("borrower", INSTITUTION, "B2")
HAND_IN: dict[str, Any] = {
    "files": {"file": ("p.pdf", PDF)},
    "data": {"evidence_type": "payslips", "document_date": "2026-03-01"},
}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def acceptance(house: House, case: Case) -> dict[str, Any]:
    offer = (await house.get(f"{case.path}/offer")).json()
    await house.ask_code(case.plan(), 1, "code")
    return acceptance_of(offer, await house.newest_code(case.plan(), 1))


async def spoken(house: House, case: Case) -> dict[str, Any]:
    offer = (await house.get(f"{case.path}/offer")).json()
    return accepted(offer, {"method": "recording", "recording_ref": "rec/1", "consent_version": "consent-1"})


async def accepted_by(house: House, case: Case, person: str) -> object:
    body = await acceptance(house, case)
    answer = await house.as_portal("POST", f"{case.plan()}/acceptance", person, body)
    assert answer.status_code == 201, answer.text
    return await house.scalar("SELECT accepted_by FROM agreement")


async def party(house: House, case: Case, party_id: UUID, role: Literal["joint_debtor", "guarantor"]) -> str:
    return await house.hear("intake", PartyAdded(case_id=case.case_id, party_id=party_id, role=role))


async def assert_everything_refused(house: House, case: Case, person: str) -> None:
    """Nothing of the case is there for this person."""
    body = await acceptance(house, case)
    asked = [
        await house.as_portal("GET", f"{case.path}/offer", person),
        await house.as_portal("GET", f"{case.path}/plans", person),
        await house.as_portal("GET", f"{case.path}/evidence", person),
        await house.as_portal("GET", case.plan(), person),
        await house.as_portal("POST", f"{case.plan()}/acceptance", person, body),
        await house.as_portal(
            "POST", f"{case.plan()}/counter", person, {"objection": "INSTALMENT_TOO_HIGH", "wanted_months": 30}
        ),
        await house.as_portal("POST", f"{case.plan()}/decline", person, {}),
        await house.as_portal("POST", f"{case.path}/evidence", person, **HAND_IN),
    ]
    assert [answer.status_code for answer in asked] == [404] * len(asked)


async def test_nobody_answers_the_offer_of_somebody_else(house: House) -> None:
    case = await house.offered()
    before = house.files()
    for person in ("borrower:B2", f"borrower:{OTHER}", "borrower:b1"):
        await assert_everything_refused(house, case, person)
    nobody = await house.as_portal("POST", f"{case.plan()}/decline", "borrower:", {})
    assert nobody.status_code == 403
    assert house.files() == before
    assert (await house.get(case.plan())).json()["state"] == "OFFERED"


@pytest.mark.parametrize("person", ["borrower:B1", f"borrower:{BORROWER}"])
async def test_the_borrower_is_named_by_the_banks_reference_or_our_id(house: House, person: str) -> None:
    assert await accepted_by(house, await house.offered(), person) == f"borrower:{BORROWER}"


async def test_what_a_person_of_the_bank_records_was_accepted_by_the_borrower(house: House) -> None:
    case = await house.offered()
    body = await spoken(house, case)
    assert (await house.post(f"{case.plan()}/acceptance", body, "k1")).status_code == 201
    assert await house.scalar("SELECT accepted_by FROM agreement") == f"borrower:{BORROWER}"


async def test_a_joint_debtor_answers_for_themselves(house: House) -> None:
    case = await house.offered()
    assert await party(house, case, OTHER, "joint_debtor") == "applied"
    asked = await house.as_portal("POST", f"{case.plan()}/signing-codes", "borrower:B2", {"version": 1})
    assert asked.json()["type"].endswith("/code-not-for-them"), "a code goes to the borrower's own numbers"
    body = {"objection": "INSTALMENT_TOO_HIGH"}
    answer = await house.as_portal("POST", f"{case.plan()}/objections", "borrower:B2", body)
    assert answer.status_code == 201


async def test_a_joint_debtor_does_not_use_up_the_tries_of_a_code(house: House) -> None:
    case = await house.offered()
    await party(house, case, OTHER, "joint_debtor")
    await house.ask_code(case.plan(), 1, "code")
    body = await acceptance(house, case)
    body["signature"] = {"method": "one_time_code", "code": "000000", "consent_version": "consent-1"}
    refused = await house.as_portal("POST", f"{case.plan()}/acceptance", "borrower:B2", body)
    assert refused.json()["type"].endswith("/no-code")
    assert await house.scalar("SELECT tries FROM signing_code") == 0


async def test_a_joint_debtor_does_not_read_what_the_borrower_consented_to(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await party(house, case, OTHER, "joint_debtor")
    await house.take_means(case, hardship_reason="ILLNESS")
    given = await house.upload(case, "k", evidence_type="diagnosis", consent_ref="form-1")
    assert given.status_code == 201, given.text
    shown = {}
    for person in ("borrower:B1", "borrower:B2"):
        [item] = (await house.as_portal("GET", f"{case.path}/evidence", person)).json()["items"]
        shown[person] = item["evidence_type"]
    assert shown == {"borrower:B1": "diagnosis", "borrower:B2": None}


@pytest.mark.parametrize("version", [2**31, 10**30])
async def test_a_version_beyond_every_number_is_refused(house: House, version: int) -> None:
    case = await house.offered()
    body = await acceptance(house, case) | {"version": version}
    body["signature"] = {"method": "one_time_code", "code": "000000", "consent_version": "consent-1"}
    token = house.issuer.token(sub="svc-portal", roles=["system"])
    answer = await house.client.post(
        f"{case.plan()}/acceptance",
        content=json.dumps(body),
        headers={
            "authorization": f"Bearer {token}",
            "x-acting-for": "borrower:B1",
            "idempotency-key": "far",
            "content-type": "application/json",
        },
    )
    assert answer.status_code == 422


async def test_a_guarantor_does_not_answer_for_the_borrower(house: House) -> None:
    case = await house.offered()
    await party(house, case, OTHER, "guarantor")
    await assert_everything_refused(house, case, "borrower:B2")


@pytest.mark.practice("003-05")
async def test_a_negotiation_goes_all_the_way_in_writing(house: House) -> None:
    """Nobody has to speak to anybody: documents, a worry, a counter-proposal, a second offer and the signature."""
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    handed = {"evidence_type": "payslips", "document_date": "2026-03-01"}
    uploaded = await house.as_portal("POST", f"{case.path}/evidence", "borrower:B1", **HAND_IN | {"data": handed})
    await house.review(uploaded.json()["evidence_id"])
    first = await house.draft(case)
    await house.decide(case, await house.submit(case, first.headers["etag"]))
    worry = {"objection": "INSTALMENT_TOO_HIGH", "own_words": "不接电话，请写信"}
    answered = await house.as_portal("POST", f"{case.plan()}/objections", "borrower:B1", worry)
    assert answered.json()["answer"]["zh"] and answered.json()["answer"]["en"]
    counter = worry | {"wanted_months": 24}
    assert (await house.as_portal("POST", f"{case.plan()}/counter", "borrower:B1", counter)).status_code == 201
    second = await house.draft(case, "second", instalments=24)
    await house.decide(case, await house.submit(case, second.headers["etag"], "submit-2"))
    assert (await house.accept(case)).json()["channel"] == "portal"
    assert (await house.activate(case)).outcome == "done"
    written = [body["purpose"] for _, body in await house.outbox(case, "start")]
    assert written == ["evidence_request", "offer", "offer", "signing_code", "activation"]


async def test_a_portal_is_shown_roles_and_no_names_of_the_banks_people(house: House) -> None:
    case, submitted = await house.submitted()
    returned = await house.decide(case, submitted, "return", reasons="agent-li computed it with the wrong day")
    assert returned.status_code == 200
    drafted = await house.draft(case, "again", instalments=20)
    await house.decide(case, await house.submit(case, drafted.headers["etag"], "submit-2"))
    paths = (
        case.plan(),
        f"{case.path}/plans",
        f"{case.path}/evidence",
        f"{case.plan()}/versions",
        f"{case.path}/offer",
    )
    statement = f"{case.path}/statement-of-means"
    for path in (*paths, statement):
        seen = await house.as_portal("GET", path, "borrower:B1")
        named = await house.get(path, "supervisor", subject="x")
        assert seen.status_code == named.status_code == 200, path
        assert not [who for who in (NEGOTIATOR, REVIEWER, SUPERVISOR) if who in seen.text], path
        assert path == f"{case.path}/offer" or NEGOTIATOR in named.text, f"{path}: colleagues are named to colleagues"
    plan = (await house.as_portal("GET", case.plan(), "borrower:B1")).json()
    assert plan["proposed_by"] == "staff"
    assert [one["decided_by"] for one in plan["decisions"]] == [plan["needed_level"]]
    assert [one["given_by"] for one in plan["signatures"]] == [plan["needed_level"]]
    [item] = (await house.as_portal("GET", f"{case.path}/evidence", "borrower:B1")).json()["items"]
    assert item["uploaded_by"] == "staff"


async def test_two_people_behind_one_portal_do_not_get_each_others_answers(house: House) -> None:
    """A key is of the person acted for, too: two debtors whose portal counts from one are not taken for each other."""
    case = await house.offered()
    await party(house, case, OTHER, "joint_debtor")
    path, sent = f"{case.plan()}/objections", {"key": "1", "subject": "svc-portal"}
    asked = [
        await house.post(path, {"objection": reason}, sent["key"], "system", subject=sent["subject"], x_acting_for=who)
        for who, reason in (("borrower:B1", "TERM_TOO_LONG"), ("borrower:B2", "TOTAL_COST"))
    ]
    assert [one.status_code for one in asked] == [201, 201], [one.text for one in asked]
    assert [one.json()["reason"] for one in asked] == ["TERM_TOO_LONG", "TOTAL_COST"]
    again = await house.post(
        path, {"objection": "TERM_TOO_LONG"}, "1", "system", subject="svc-portal", x_acting_for="borrower:B1"
    )
    assert again.headers["idempotency-replayed"] == "true" and again.json() == asked[0].json()
