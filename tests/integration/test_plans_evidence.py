"""Evidence: what is taken, what is refused without a trace, what reviewers and deadlines do."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.hostile import HEIC, pdf, picture
from tests.integration.plans_house import BORROWER, MEANS, NEGOTIATOR, PDF, REVIEWER, House, plans_house
from tests.integration.plans_service import Case


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def asked(house: House, **means: Any) -> Case:
    """A case whose borrower was asked for evidence."""
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case, **means)
    return case


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"name": "payslips.exe"}, 415, id="extension"),
        pytest.param({"name": "payslips"}, 415, id="no-extension"),
        pytest.param({"content": b"MZ\x90\x00 not a PDF"}, 415, id="other-content"),
        pytest.param({"name": "p.jpg", "content": PDF}, 415, id="disguised"),
        pytest.param({"name": "flow.csv", "content": b"day,amount\n\xff\xfe\n"}, 422, id="not-utf8"),
        pytest.param({"name": "flow.csv", "content": "日".encode()[:2]}, 422, id="cut-utf8"),
        pytest.param({"content": PDF + b"0" * 10 * 1024 * 1024}, 413, id="too-large"),
        pytest.param({"content": b""}, 422, id="empty"),
        pytest.param({"evidence_type": "diagnosis"}, 422, id="not-asked-for"),
        pytest.param({"document_date": date(2026, 3, 3)}, 422, id="future"),
    ],
)
async def test_a_refused_upload_leaves_nothing(house: House, changes: dict[str, Any], status: int) -> None:
    case = await asked(house)
    refused = await house.upload(case, **changes)
    assert refused.status_code == status, refused.text
    assert house.files() == 0 and await house.scalar("SELECT count(*) FROM evidence") == 0
    assert "evidence.received" not in await house.said(case)


async def test_a_form_without_parts_is_no_upload(house: House) -> None:
    case = await asked(house)
    sent = {"authorization": f"Bearer {house.issuer.token(sub=NEGOTIATOR, roles=['agent'])}", "idempotency-key": "form"}
    data = {"file": "x", "evidence_type": "payslips", "document_date": "2026-03-01"}
    refused = await house.client.post(f"{case.path}/evidence", data=data, headers=sent)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/file")


async def test_an_upload_before_anybody_asked_leaves_nothing(house: House) -> None:
    case = await house.triaged()
    assert (await house.upload(case)).status_code == 409
    assert house.files() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.jpeg", picture()),
        ("p.png", picture("PNG")),
        ("p.heic", HEIC),
        ("flow.csv", "日期,金额\n2026-01-01,3500.00\n".encode()),
    ],
)
async def test_other_kinds_are_taken(house: House, name: str, content: bytes) -> None:
    case = await asked(house)
    taken = await house.upload(case, name=name, content=content)
    assert (taken.status_code, taken.json()["size"]) == (201, len(content))
    assert house.files() == 1


async def test_the_same_upload_again_is_one_document(house: House) -> None:
    case = await asked(house)
    first = await house.upload(case)
    assert (await house.upload(case)).json() == first.json()
    twin = await house.upload(case, "other-key")
    assert (twin.status_code, twin.json()["evidence_id"]) == (409, first.json()["evidence_id"])
    other = await house.upload(case, content=pdf("other"))
    assert (other.status_code, other.json()["title"]) == (422, "This Idempotency-Key was used for another request")
    assert house.files() == 1


async def test_the_borrower_hands_in_through_a_portal(house: House) -> None:
    case = await asked(house)
    token = house.issuer.token(sub="svc-portal", roles=["system"])
    sent = {"authorization": f"Bearer {token}", "idempotency-key": "k1"}
    files = {"file": ("p.pdf", PDF)}
    data = {"evidence_type": "payslips", "document_date": "2026-03-01"}
    assert (await house.client.post(f"{case.path}/evidence", files=files, data=data, headers=sent)).status_code == 403
    sent["x-acting-for"] = "borrower:B1"
    assert (await house.client.post(f"{case.path}/evidence", files=files, data=data, headers=sent)).status_code == 201
    assert (await house.get(f"{case.path}/evidence")).json()["items"][0]["uploaded_by"] == "borrower:B1"


async def test_neither_the_uploader_nor_the_negotiator_reviews(house: House) -> None:
    case = await asked(house)
    evidence_id = (await house.upload(case, subject="agent-zhao")).json()["evidence_id"]
    for subject in ("agent-zhao", NEGOTIATOR):
        assert (await house.review(evidence_id, subject=subject)).status_code == 403
    assert (await house.review(evidence_id)).status_code == 201
    assert (await house.review(evidence_id, subject="agent-qian")).status_code == 409


async def test_more_is_asked_for_and_then_it_is_enough(house: House) -> None:
    case = await asked(house)
    evidence_id = (await house.upload(case)).json()["evidence_id"]
    needs_more = await house.review(evidence_id, "NEEDS_MORE")
    assert needs_more.json()["phase"] == "evidence"
    assert set(await house.obligations(case)) == {"evidence"}
    better = await house.upload(case, "better", content=pdf("sharper"))
    assert (await house.review(better.json()["evidence_id"])).json()["phase"] == "draft"
    assert await house.said(case) == [
        "assessment.completed", "evidence.requested", "evidence.received", "evidence.needs_more", "evidence.received",
        "evidence.verified",
    ]  # fmt: skip
    asked_for = [(body["purpose"], body["version"]) for _, body in await house.outbox(case, "start")]
    assert asked_for == [("evidence_request", 1), ("evidence_request", 2)]


async def test_rejected_evidence_ends_the_round(house: House) -> None:
    case = await asked(house)
    evidence_id = (await house.upload(case)).json()["evidence_id"]
    assert (await house.review(evidence_id, "REJECTED")).json()["phase"] == "ended"
    assert (await house.look(case)).outcome == "no_agreement"
    assert not await house.open_tasks(case) and not await house.obligations(case)
    assert (await house.said(case))[-1] == "evidence.rejected"


async def test_a_document_is_checked_in_a_way_that_its_checklist_names(house: House) -> None:
    case = await asked(house)
    evidence_id = (await house.upload(case)).json()["evidence_id"]
    methods = (await house.get(f"{case.path}/evidence")).json()["methods"]
    body = {"result": "VERIFIED", "method": "looked_at_it"}
    refused = await house.post(f"/v1/evidence/{evidence_id}/reviews", body, "r", subject=REVIEWER)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/method")
    assert all(method in refused.json()["detail"] for method in methods)
    assert (await house.review(evidence_id)).status_code == 201


async def test_a_document_of_a_round_that_is_over_is_not_reviewed(house: House) -> None:
    case = await asked(house)
    left = (await house.upload(case)).json()["evidence_id"]
    await house.reopened(case, 2)
    await house.requested(case, 2)
    await house.take_means(case, "means-2")
    for result in ("VERIFIED", "REJECTED"):
        refused = await house.review(left, result, key=result)
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "wrong-phase")
    assert (await house.get(f"{case.path}/evidence")).json()["state"] == "REQUESTED", "the new round goes on"


async def test_a_document_that_is_too_old_is_not_enough(house: House) -> None:
    case = await asked(house)
    evidence_id = (await house.upload(case, document_date=date(2025, 12, 1))).json()["evidence_id"]
    assert (await house.review(evidence_id)).json() | {"evidence_id": ""} == {
        "evidence_id": "",
        "state": "VERIFIED",
        "expires_on": "2026-01-30",
        "phase": "evidence",
    }


async def test_the_borrower_is_reminded_once_and_then_the_round_ends(house: House) -> None:
    case = await asked(house)
    house.later(days=13)
    await house.look(case)
    assert len(await house.outbox(case, "start")) == 1
    house.later(days=1)
    for _ in range(2):
        assert (await house.look(case)).outcome is None
    reminded = (await house.outbox(case, "start"))[1:]
    assert [(body["version"], body["message_class"]) for _, body in reminded] == [(2, "reminder")]
    house.later(days=7)
    assert (await house.look(case)).outcome == "no_agreement"
    assert (await house.said(case))[-1] == "evidence.deadline_passed"
    assert not await house.obligations(case)


async def test_a_reason_without_evidence_goes_straight_to_a_draft(house: House) -> None:
    case = await asked(house, hardship_reason="DOMESTIC_ABUSE")
    assert await house.said(case) == [
        "assessment.completed", "evidence.requested", "evidence.received", "evidence.verified",
    ]  # fmt: skip
    assert dict(await house.outbox(case))["evidence.requested"]["items"] == 0
    assert set(await house.open_tasks(case)) == {"draft_plan"} and not await house.outbox(case, "start")
    assert (await house.draft(case)).status_code == 201


async def test_an_unknown_reason_is_refused(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    luck = await house.take_means(case, hardship_reason="BAD_LUCK")
    assert (luck.status_code, luck.json()["errors"][0]["pointer"]) == (422, "#/hardship_reason")
    wrong = {"ours": {"amount": "100.00", "currency": "USD"}}
    assert (await house.take_means(case, "k2", unsecured_debts=wrong)).status_code == 422
    theirs = await house.take_means(case, "k3", own_debt="theirs")
    assert (theirs.status_code, theirs.json()["errors"][0]["pointer"]) == (422, "#/own_debt")
    assert await house.scalar("SELECT count(*) FROM statement_of_means") == 0
    assert (await house.post(f"{case.path}/statements-of-means", MEANS, "k4", "risk", subject="r")).status_code == 403


async def test_a_document_about_health_is_taken_only_with_a_consent_of_its_own(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    assert (await house.take_means(case, hardship_reason="ILLNESS")).status_code == 201
    assert (await house.get(f"{case.path}/evidence")).json()["separate_consent"]
    without = await house.upload(case, "k1", evidence_type="diagnosis")
    assert without.status_code == 422
    assert [(error["pointer"], error["detail"]) for error in without.json()["errors"]] == [("#/consent_ref", "missing")]
    empty = await house.upload(case, "k2", evidence_type="diagnosis", consent_ref=" ")
    assert empty.status_code == 422 and house.files() == 0
    given = await house.upload(case, "k3", evidence_type="diagnosis", consent_ref="form-4711")
    assert given.status_code == 201, given.text
    by = f"borrower:{BORROWER}"
    assert await house.scalar("SELECT consented_by FROM evidence WHERE consented_at = uploaded_at") == by
    assert await house.scalar("SELECT count(*) FROM evidence WHERE consent_ref LIKE '%4711%'") == 0, "it is encrypted"
    assert "4711" not in str(await house.outbox(case)) and "diagnosis" not in str(await house.outbox(case))


async def test_other_documents_need_no_consent(house: House) -> None:
    case = await asked(house)
    assert not (await house.get(f"{case.path}/evidence")).json()["separate_consent"]
    assert (await house.upload(case)).status_code == 201
    assert await house.scalar("SELECT num_nulls(consent_ref, consented_by, consented_at) FROM evidence") == 3
