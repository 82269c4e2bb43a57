"""A revoked document supports nothing: no approval, no offer, and a person looks at what binds already."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import Databases
from tests.hostile import pdf
from tests.integration.plans_house import MANAGER, NEGOTIATOR, REVIEWER, SUPERVISOR, House, plans_house
from tests.integration.plans_service import Case

FORGED = {"cause": "forged", "reasons": "the employer does not know of it"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def document(house: House, case: Case) -> tuple[str, str]:
    """The id of the one document of a case, and the ETag that a change of it must name."""
    evidence_id = str((await house.get(f"{case.path}/evidence")).json()["items"][0]["evidence_id"])
    receipt = await house.get(f"/v1/evidence/{evidence_id}/receipt")
    return evidence_id, receipt.headers["etag"]


async def revoke(house: House, case: Case, body: dict[str, Any] | None = None, **said: Any) -> httpx.Response:
    """Revoke the one document of a case, as the reviewer who found it forged unless told otherwise."""
    evidence_id, etag = await document(house, case)
    told = {"subject": REVIEWER, "if_match": etag} | said
    return await house.post(f"/v1/evidence/{evidence_id}/revocation", body or FORGED, "revoke", **told)


def problem(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_a_draft_on_a_revoked_document_is_not_submitted(house: House) -> None:
    case = await house.reviewed()
    drafted = await house.draft(case)
    assert (await revoke(house, case)).json()["plan_state"] == "DRAFTED"
    refused = await house.submit(case, drafted.headers["etag"])
    assert (refused.status_code, problem(refused)) == (409, "basis-lost")
    assert (await house.upload(case, "other", pdf("other"))).status_code == 201, "other evidence can take its place"


async def test_a_submitted_plan_on_a_revoked_document_is_not_approved_and_nothing_is_written(house: House) -> None:
    case, submitted = await house.submitted()
    assert (await revoke(house, case)).status_code == 201
    said = await house.said(case)
    refused = await house.decide(case, submitted)
    assert (refused.status_code, problem(refused)) == (409, "basis-lost")
    assert await house.scalar("SELECT count(*) FROM approval") == 0
    assert await house.said(case) == said
    assert (await house.decide(case, submitted, "return")).json()["state"] == "RETURNED"


async def test_an_offer_on_a_revoked_document_is_withdrawn_before_it_is_accepted(house: House) -> None:
    case = await house.offered()
    revoked = await revoke(house, case)
    assert (revoked.json()["plan_state"], revoked.json()["phase"]) == ("WITHDRAWN", "draft")
    assert (await house.said(case))[-1] == "offer.withdrawn"
    told = dict(await house.outbox(case))["offer.withdrawn"]
    assert set(told) == {"case_id", "round", "plan_id", "version"}, "no event says why"
    assert (await house.get(f"{case.path}/offer")).json()["state"] == "WITHDRAWN"
    assert (await house.accept(case)).status_code == 409
    assert "offer" not in await house.obligations(case)
    assert (await house.open_tasks(case))["draft_plan"]["reason"] == "evidence_revoked"


async def test_of_a_plan_that_binds_a_person_decides(house: House) -> None:
    case = await house.signed()
    assert (await revoke(house, case)).status_code == 201
    task = (await house.open_tasks(case))["assess_revocation"]
    assert task["needs_role"] == "supervisor"
    assert await house.scalar("SELECT state FROM plan") == "SIGNED", "nothing follows by itself"
    body = {"outcome": "plan_stands", "reasons": "the income was shown otherwise"}
    by_agent = await house.post(task["decide_path"], body, "agent", subject=REVIEWER)
    assert by_agent.status_code == 403
    own = await house.post(task["decide_path"], body, "own", "supervisor", subject=NEGOTIATOR)
    assert own.status_code == 403 and NEGOTIATOR in task["excluded"], "uploaded it, and proposed the plan"
    assert (await house.post(task["decide_path"], body, "s", "supervisor", subject=SUPERVISOR)).status_code == 201
    assert "assess_revocation" not in await house.open_tasks(case)
    again = await house.post(task["decide_path"], body, "s2", "supervisor", subject=MANAGER)
    assert (again.status_code, problem(again)) == (409, "not-revocable")


async def test_who_may_revoke_for_what(house: House) -> None:
    case = await house.reviewed()
    evidence_id, etag = await document(house, case)
    path = f"/v1/evidence/{evidence_id}/revocation"
    assert (await house.post(path, FORGED, "k1", subject=REVIEWER)).status_code == 428
    assert (await house.post(path, FORGED, "k2", subject=REVIEWER, if_match='"9"')).status_code == 412
    assert (await house.post(path, FORGED, "k3", subject=NEGOTIATOR, if_match=etag)).status_code == 403, "uploaded it"
    assert (await house.post(path, {"cause": "forged"}, "k4", subject=REVIEWER, if_match=etag)).status_code == 422
    portal = {"subject": "svc-portal", "if_match": etag}
    mine, theirs = "borrower:B1", "borrower:B2"
    assert (await house.post(path, FORGED, "k5", "system", x_acting_for=mine, **portal)).status_code == 403
    withdrawn = {"cause": "consent_withdrawn"}
    foreign = await house.post(path, withdrawn, "k6", "system", x_acting_for=theirs, **portal)
    assert foreign.status_code == 404, foreign.text
    assert await house.scalar("SELECT count(*) FROM evidence_revocation") == 0
    done = await house.post(path, withdrawn, "k7", "system", x_acting_for=mine, **portal)
    assert (done.status_code, done.json()["state"]) == (201, "REVOKED"), done.text
    assert (await house.post(path, withdrawn, "k7", "system", x_acting_for=mine, **portal)).json() == done.json()
    twice = await house.post(
        path, withdrawn, "k8", "system", x_acting_for=mine, **(portal | {"if_match": done.headers["etag"]})
    )
    assert (twice.status_code, problem(twice)) == (409, "evidence-revoked")


async def test_a_document_under_review_is_rejected_and_not_revoked_as_forged(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    await house.upload(case)
    refused = await revoke(house, case)
    assert (refused.status_code, problem(refused)) == (409, "not-revocable")


@pytest.mark.rule("CN-25")
@pytest.mark.practice("002-15")
async def test_what_was_handed_in_under_a_consent_is_hidden_when_that_is_withdrawn(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case, hardship_reason="ILLNESS")
    taken = await house.upload(case, evidence_type="diagnosis", consent_ref="form-4711")
    assert taken.status_code == 201, taken.text
    [seen] = (await house.get(f"{case.path}/evidence", "risk", subject="risk-1")).json()["items"]
    assert seen["evidence_type"] is None, "who does not judge it is not told of health"
    content = f"/v1/evidence/{seen['evidence_id']}/content"
    assert (await house.get(content, "risk", subject="risk-1")).status_code == 403
    assert (await house.get(content, subject=REVIEWER)).status_code == 200
    revoked = await revoke(house, case, {"cause": "consent_withdrawn"}, subject=NEGOTIATOR)
    assert (revoked.status_code, revoked.json()["phase"]) == (201, "evidence"), "the borrower is asked anew"
    assert (await house.said(case))[-1] == "evidence.needs_more"
    [masked] = (await house.get(f"{case.path}/evidence", subject=REVIEWER)).json()["items"]
    assert (masked["evidence_type"], masked["state"], masked["facts"]) == (None, "REVOKED", None)
    gone = await house.get(content, subject=REVIEWER)
    assert (gone.status_code, problem(gone)) == (409, "evidence-revoked")
    assert "diagnosis" not in str(await house.outbox(case)) and "consent" not in str(await house.outbox(case))


@pytest.mark.practice("002-17")
@pytest.mark.practice("002-18")
async def test_the_order_holds_and_a_version_says_what_it_rests_on(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    assert problem(await house.draft(case, "k1")) == "wrong-phase", "nothing was assessed"
    await house.take_means(case)
    assert problem(await house.draft(case, "k2")) == "wrong-phase", "nothing was received"
    uploaded = await house.upload(case)
    assert problem(await house.draft(case, "k3")) == "wrong-phase", "nothing was found genuine"
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case, "k4")
    assert drafted.json()["evidence"] == [uploaded.json()["evidence_id"]]
    assert await house.scalar("SELECT sha256 FROM plan_basis") == uploaded.json()["sha256"]
