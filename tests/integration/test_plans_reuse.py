"""Asked once: what was verified in one case of a borrower serves another, where they consent, and for nobody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import Databases
from tests.integration.plans_house import MEANS, NEGOTIATOR, REVIEWER, SUPERVISOR, House, plans_house
from tests.integration.plans_people import problem, tasks
from tests.integration.plans_service import Case

CONSENT = {"consent_ref": "call/2026/9"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def further(house: House, borrower: str = "B1", **means: Any) -> Case:
    """A further case, of the same borrower unless told otherwise, whose borrower is asked for evidence."""
    case = await house.triaged(name="further", borrower=borrower)
    await house.requested(case)
    assert (await house.take_means(case, "means-further", **means)).status_code == 201
    return case


async def document_of(house: House, case: Case) -> str:
    return str((await house.get(f"{case.path}/evidence")).json()["items"][0]["evidence_id"])


async def serve(house: House, case: Case, evidence_id: str, key: str = "reuse", **said: Any) -> httpx.Response:
    body = {"evidence_id": evidence_id} | said
    return await house.post(f"{case.path}/evidence-reuses", body, key, subject=NEGOTIATOR)


async def revoked(house: House, evidence_id: str) -> httpx.Response:
    etag = (await house.get(f"/v1/evidence/{evidence_id}/receipt")).headers["etag"]
    forged = {"cause": "forged", "reasons": "the employer does not know of it"}
    path = f"/v1/evidence/{evidence_id}/revocation"
    return await house.post(path, forged, "revoke", subject=REVIEWER, if_match=etag)


async def test_a_verified_document_serves_another_case_and_says_where_it_is_from(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await further(house)
    listed = (await house.get(f"{again.path}/evidence")).json()
    assert [(one["evidence_id"], one["case_id"]) for one in listed["reusable"]] == [(evidence_id, str(case.case_id))]
    before = house.files()
    served = await serve(house, again, evidence_id, **CONSENT)
    assert (served.status_code, served.json()["phase"]) == (201, "draft"), served.text
    assert served.json()["reused_from"] == str(case.case_id) and house.files() == before
    listed = (await house.get(f"{again.path}/evidence")).json()
    [item] = listed["items"]
    assert (item["reused_from"], item["state"], item["reviewer"]) == (str(case.case_id), "VERIFIED", REVIEWER)
    assert (listed["reusable"], listed["requested"]) == ([], [])
    assert "call/2026/9" not in await house.scalar("SELECT consent_ref FROM evidence_reuse"), "encrypted"
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'evidence.reused'") == 1
    drafted = await house.draft(again)
    assert drafted.json()["evidence"] == [evidence_id]
    submitted = await house.submit(again, drafted.headers["etag"])
    [task] = await tasks(house, again, "approve_plan")
    assert {NEGOTIATOR, REVIEWER} <= set(task["excluded"]), "who handled it there does not decide here"
    refused = await house.decide(again, submitted, subject=REVIEWER, role="supervisor")
    assert problem(refused) == "409 own-review"
    assert (await house.decide(again, submitted)).json()["state"] == "OFFERED"
    content = await house.get(f"/v1/evidence/{evidence_id}/content", "supervisor", subject=SUPERVISOR)
    assert content.status_code == 200


async def test_only_a_cause_asks_again_for_what_another_case_has(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await further(house)
    other = await house.upload(again, "other", b"day,amount\n2026-02-01,5\n", "flow.csv", "tax_record")
    assert other.status_code == 201, "the checklist asks for one document, and now for none"
    path, payslips = f"{again.path}/evidence-requests", {"evidence_type": "payslips"}
    refused = await house.post(path, payslips, "k1")
    assert (problem(refused), refused.json()["evidence_id"]) == ("409 asked-already", evidence_id)
    assert len(await house.outbox(again, "start")) == 1
    caused = payslips | {"cause": "circumstances_changed", "reasons": "another employer since"}
    assert (await house.post(path, caused, "k2")).status_code == 201


async def test_consent_is_asked_for_each_use(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await further(house)
    without = await serve(house, again, evidence_id, "k1")
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "#/consent_ref")
    assert await house.scalar("SELECT count(*) FROM evidence_reuse") == 0
    own = await house.as_portal("POST", f"{again.path}/evidence-reuses", "borrower:B1", {"evidence_id": evidence_id})
    assert own.status_code == 201, "a borrower's own act is the consent to it"
    assert problem(await serve(house, again, evidence_id, "k2", **CONSENT)) == "409 evidence-serves-already"


async def test_health_is_lent_to_no_other_case_without_a_separate_consent(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case, hardship_reason="ILLNESS")
    uploaded = await house.upload(case, evidence_type="diagnosis", consent_ref="form-1")
    await house.review(uploaded.json()["evidence_id"])
    again = await further(house, hardship_reason="ILLNESS")
    evidence_id = uploaded.json()["evidence_id"]
    [shown] = (await house.get(f"{again.path}/evidence")).json()["reusable"]
    assert shown["separate_consent"] is True
    assert (await house.get(f"{again.path}/evidence", "risk", subject="r-1")).json()["reusable"] == []
    portal = {"evidence_id": evidence_id}
    bare = await house.as_portal("POST", f"{again.path}/evidence-reuses", "borrower:B1", portal)
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "#/consent_ref")
    assert (await serve(house, again, evidence_id, "k1", **CONSENT)).status_code == 201


async def test_nobody_elses_document_serves(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    other = await further(house, "B2")
    assert (await house.get(f"{other.path}/evidence")).json()["reusable"] == []
    assert problem(await serve(house, other, evidence_id, **CONSENT)) == "404 unknown-evidence"
    assert problem(await serve(house, case, evidence_id, "own", **CONSENT)) == "404 unknown-evidence"


async def test_what_has_expired_or_was_revoked_or_is_not_on_the_list_does_not_serve(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await further(house, hardship_reason="ILLNESS")
    listed = await serve(house, again, evidence_id, "k1", **CONSENT)
    assert (listed.status_code, listed.json()["errors"][0]["pointer"]) == (422, "#/evidence_id")
    third = await house.triaged(name="third")
    await house.requested(third)
    await house.take_means(third, "means-third")
    house.later(days=61)
    assert (await house.get(f"{third.path}/evidence")).json()["reusable"] == []
    assert problem(await serve(house, third, evidence_id, "k2", **CONSENT)) == "409 evidence-not-reusable"
    assert await house.scalar("SELECT count(*) FROM evidence_reuse") == 0


async def test_who_reviewed_it_there_does_not_negotiate_here(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await house.triaged(name="further")
    await house.requested(again)
    means = await house.post(f"{again.path}/statements-of-means", MEANS, "m", subject=REVIEWER)
    assert means.status_code == 201
    assert problem(await serve(house, again, evidence_id, **CONSENT)) == "403 reviewer-negotiates"


async def test_a_revocation_takes_the_basis_of_every_case_that_it_served(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await further(house)
    await serve(house, again, evidence_id, **CONSENT)
    drafted = await house.draft(again)
    submitted = await house.submit(again, drafted.headers["etag"])
    assert (await house.decide(again, submitted)).json()["state"] == "OFFERED"
    assert (await revoked(house, evidence_id)).status_code == 201
    assert (await house.get(f"{again.path}/offer")).json()["state"] == "WITHDRAWN"
    assert (await house.said(again))[-1] == "offer.withdrawn"
    assert (await house.get(f"{again.path}/evidence")).json()["items"][0]["state"] == "REVOKED"
    assert problem(await house.draft(again, "no-basis", instalments=20)) == "409 refused-by-rule"


async def test_of_a_plan_that_binds_elsewhere_a_person_decides_there(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    again = await further(house)
    await serve(house, again, evidence_id, **CONSENT)
    drafted = await house.draft(again)
    await house.decide(again, await house.submit(again, drafted.headers["etag"]))
    assert (await house.accept(again)).status_code == 201
    assert (await revoked(house, evidence_id)).status_code == 201
    assert not await tasks(house, case, "assess_revocation"), "nothing binds where it was handed in"
    [task] = await tasks(house, again, "assess_revocation")
    assert task["deadline"] - task["opened_at"] == timedelta(days=3)
    body = {"outcome": "plan_ends", "reasons": "there is no such employer"}
    elsewhere = task["decide_path"].partition("?")[0]
    assert problem(await house.post(elsewhere, body, "k1", "supervisor", subject=SUPERVISOR)) == "409 not-revocable"
    ended = await house.post(task["decide_path"], body, "k2", "supervisor", subject=SUPERVISOR)
    assert (ended.status_code, ended.json()["plan_state"]) == (201, "ACTIVATION_REFUSED"), ended.text
    assert await house.scalar("SELECT state FROM agreement") == "VOID"


async def test_links_and_a_revocation_at_one_time_do_not_wait_for_each_other_for_ever(house: House) -> None:
    case = await house.reviewed()
    evidence_id = await document_of(house, case)
    others = []
    for number in range(4):
        other = await house.triaged(name=f"further-{number}")
        await house.requested(other)
        await house.take_means(other, f"means-{number}")
        others.append(other)
    links = [serve(house, one, evidence_id, f"reuse-{number}", **CONSENT) for number, one in enumerate(others)]
    *linked, taken_back = await asyncio.gather(*links[:2], *links[2:], revoked(house, evidence_id))
    assert taken_back.status_code == 201, taken_back.text
    assert {problem(one) for one in linked if one.status_code != 201} <= {"409 evidence-not-reusable"}
    for one in others:
        items = (await house.get(f"{one.path}/evidence")).json()["items"]
        assert {item["state"] for item in items} <= {"REVOKED"}
        assert problem(await house.draft(one, f"draft-{one.case_id}")) in ("409 refused-by-rule", "409 wrong-phase")
