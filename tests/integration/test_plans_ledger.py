"""The ledger of evidence: asked once, checked, told in which months there was no income, flagged, swept."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.common.runtime.caller import Caller
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.service.evidence.sweeping import SweepEvidence
from tests import hostile
from tests.databases import Databases
from tests.integration.plans_house import REVIEWER, House, plans_house
from tests.integration.plans_service import Case

FLOW = (
    "日期,金额\n2025-09-05,8000\n2025-10-05,8000\n2025-11-05,8000\n2025-12-05,8000\n2026-01-09,-120.50\n2026-02-11,-3\n"
)
HALF_YEAR: dict[str, Any] = {"period_start": "2025-09-01", "period_end": "2026-02-28"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def asked(house: House, account: str = "A1") -> Case:
    """A case whose borrower was asked for evidence."""
    case = await house.triaged(account)
    await house.requested(case)
    await house.take_means(case, f"means-{account}")
    return case


async def further_case(house: House, borrower: str = "B2") -> Case:
    """A further case, of somebody else unless told otherwise, who was asked for evidence too."""
    case = await house.triaged(name="other", borrower=borrower, language="en")
    await house.requested(case)
    await house.take_means(case, "means-other")
    return case


async def states(house: House, case: Case) -> list[str]:
    return [item["state"] for item in (await house.get(f"{case.path}/evidence")).json()["items"]]


async def test_each_state_of_a_document_is_written(house: House) -> None:
    case = await asked(house)
    listed = (await house.get(f"{case.path}/evidence")).json()
    assert [(one["state"], one["evidence_type"]) for one in listed["requested"]] == [("REQUESTED", None)]
    uploaded = await house.upload(case, document_date=house.clock.now().date() - timedelta(days=59))
    assert not (await house.get(f"{case.path}/evidence")).json()["requested"]
    assert await states(house, case) == ["UNDER_REVIEW"]
    await house.review(uploaded.json()["evidence_id"])
    assert await house.scalar("SELECT state FROM evidence") == "VERIFIED"
    house.later(days=2)
    assert await states(house, case) == ["EXPIRED"]
    assert (await house.upload(case, "renewed", hostile.pdf("renewed"))).status_code == 201
    sweep = SweepEvidence(house.database, house.context.files, house.context.zone)
    operator = Caller("operator:x", frozenset({"system"}), "test")
    assert (await sweep.sweep(operator, timedelta(hours=24))).documents_expired == 1
    assert await house.scalar("SELECT count(*) FROM evidence WHERE state = 'EXPIRED'") == 1


@pytest.mark.practice("002-14")
async def test_a_statement_covers_half_a_year_and_tells_the_months_without_income(house: House) -> None:
    case = await asked(house)
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "none": ({}, "#/period_start"),
        "short": ({"period_start": "2025-10-01", "period_end": "2026-02-28"}, "#/period_start"),
        "old": ({"period_start": "2025-06-01", "period_end": "2026-01-15"}, "#/period_end"),
        "half": ({"period_start": "2025-09-01"}, "#/period_end"),
        "to-come": ({"period_start": "2025-09-01", "period_end": "2026-04-30"}, "#/period_end"),
        "reversed": ({"period_start": "2026-02-28", "period_end": "2025-09-01"}, "#/period_end"),
    }
    for key, (period, pointer) in wrong.items():
        refused = await house.upload(case, key, FLOW.encode(), "flow.csv", "bank_flow", **period)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), key
    assert house.files() == 0
    taken = await house.upload(case, "taken", FLOW.encode(), "flow.csv", "bank_flow", **HALF_YEAR)
    assert taken.status_code == 201, taken.text
    assert "不保证" in taken.json()["notice"]
    [item] = (await house.get(f"{case.path}/evidence", subject=REVIEWER)).json()["items"]
    [check] = item["checks"]
    assert (check["method"], check["checked_by"], check["result"]) == ("income_gaps", "system", "FLAGGED")
    assert '"without_income": ["2026-01", "2026-02"]' in check["note"]
    assert (item["period_start"], item["period_end"]) == ("2025-09-01", "2026-02-28")
    assert "2026-01" not in str(await house.outbox(case))


async def test_a_table_that_is_no_statement_is_for_a_person_to_judge(house: House) -> None:
    case = await asked(house)
    await house.upload(case, "k", b"a,b\n1,2\n", "flow.csv", "bank_flow", **HALF_YEAR)
    [item] = (await house.get(f"{case.path}/evidence", subject=REVIEWER)).json()["items"]
    assert [check["result"] for check in item["checks"]] == ["INCONCLUSIVE"]


async def test_the_receipt_can_be_read_again_by_its_borrower_alone(house: House) -> None:
    case = await asked(house)
    uploaded = (await house.upload(case)).json()
    path = f"/v1/evidence/{uploaded['evidence_id']}/receipt"
    assert (await house.as_portal("GET", path, "borrower:B1")).json() == uploaded
    assert (await house.as_portal("GET", path, "borrower:B2")).status_code == 404


async def test_the_same_file_of_somebody_else_is_flagged_and_accuses_nobody(house: House) -> None:
    case, other = await asked(house), await further_case(house)
    first = (await house.upload(case)).json()["evidence_id"]
    second = (await house.upload(other, "other")).json()["evidence_id"]
    for one in (case, other):
        [item] = (await house.get(f"{one.path}/evidence", subject=REVIEWER)).json()["items"]
        assert [(check["method"], check["result"]) for check in item["checks"]] == [
            ("duplicate_across_cases", "FLAGGED")
        ]
        assert item["state"] == "UNDER_REVIEW", "nothing follows by itself"
    for person, one, foreign in (("B1", case, other), ("B2", other, case)):
        seen = await house.as_portal("GET", f"{one.path}/evidence", f"borrower:{person}")
        assert seen.json()["items"][0]["checks"] == []
        assert "duplicate" not in seen.text and str(foreign.case_id) not in seen.text
        assert "duplicate" not in str(await house.outbox(one)) + str(await house.outbox(one, "start"))
    unexplained = await house.review(second)
    assert (unexplained.status_code, unexplained.json()["type"].rpartition("/")[2]) == (409, "duplicate-unexplained")
    assert await house.scalar("SELECT count(*) FROM evidence_review") == 0
    assert (await house.review(second, "REJECTED", key="forged")).json()["phase"] == "ended"
    explained = {"method": "duplicate_across_cases", "result": "PASSED", "note": "the original is this borrower's"}
    body = {"result": "VERIFIED", "method": "issuer_check", "checks": [explained]}
    verified = await house.post(f"/v1/evidence/{first}/reviews", body, "explained", subject=REVIEWER)
    assert verified.json()["phase"] == "draft", "the other borrower's negotiation goes its way"


async def test_the_same_file_in_two_cases_of_one_borrower_is_no_duplicate(house: House) -> None:
    case, again = await asked(house), await further_case(house, "B1")
    assert (await house.upload(case)).status_code == (await house.upload(again, "again")).status_code == 201
    assert await house.scalar("SELECT count(*) FROM evidence_check") == 0


async def test_a_document_that_failed_a_check_is_not_verified(house: House) -> None:
    case = await asked(house)
    evidence_id = (await house.upload(case)).json()["evidence_id"]
    failed = {"method": "file_metadata", "result": "FAILED"}
    body = {"result": "VERIFIED", "method": "issuer_check", "checks": [failed]}
    assert (await house.post(f"/v1/evidence/{evidence_id}/reviews", body, "k", subject=REVIEWER)).status_code == 422
    body["checks"] = [failed | {"result": "PASSED", "note": "made by the employer's programme"}]
    assert (await house.post(f"/v1/evidence/{evidence_id}/reviews", body, "k2", subject=REVIEWER)).status_code == 201
    [item] = (await house.get(f"{case.path}/evidence", subject=REVIEWER)).json()["items"]
    made = [(check["method"], check["checked_by"], check["result"]) for check in item["checks"]]
    assert made == [("file_metadata", REVIEWER, "PASSED"), ("issuer_check", REVIEWER, "PASSED")]
    assert await house.scalar("SELECT count(*) FROM evidence_check WHERE note LIKE '%employer%'") == 0, "encrypted"


async def test_a_borrower_is_asked_once_and_again_only_with_a_cause(house: House) -> None:
    case = await asked(house)
    path, payslips = f"{case.path}/evidence-requests", {"evidence_type": "payslips"}
    waiting = await house.post(path, payslips, "k1")
    assert (waiting.status_code, waiting.json()["type"].rpartition("/")[2]) == (409, "asked-already")
    await house.upload(case)
    assert (await house.post(path, payslips, "k2")).status_code == 409
    assert (await house.post(path, payslips | {"cause": "unreadable"}, "k3")).status_code == 422, "with reasons"
    assert (await house.post(path, {"evidence_type": "diagnosis"}, "k4")).status_code == 422
    assert len(await house.outbox(case, "start")) == 1, "nobody was written to"
    again = await house.post(path, payslips | {"cause": "unreadable", "reasons": "page two is cut off"}, "k5")
    assert (again.status_code, again.json()["phase"]) == (201, "evidence")
    assert (await house.said(case))[-1] == "evidence.needs_more"
    assert [body["version"] for _, body in await house.outbox(case, "start")] == [1, 2]
    listed = (await house.get(f"{case.path}/evidence")).json()
    assert [(one["evidence_type"], one["cause"]) for one in listed["requested"]] == [("payslips", "unreadable")]


@pytest.mark.parametrize(("verified", "phase"), [(True, "draft"), (False, "review")])
async def test_who_handed_in_enough_loses_nothing_by_what_was_asked_besides(
    house: House, verified: bool, phase: str
) -> None:
    case = await asked(house)
    uploaded = await house.upload(case)
    besides = await house.post(f"{case.path}/evidence-requests", {"evidence_type": "bank_flow"}, "besides")
    assert (besides.status_code, besides.json()["phase"]) == (201, "evidence")
    if verified:
        assert (await house.review(uploaded.json()["evidence_id"])).status_code == 201
    for _ in range(2):
        deadline = await house.scalar("SELECT deadline_at FROM checklist")
        house.clock.advance(deadline - house.clock.now())
        await house.look(case)
    assert await house.scalar("SELECT phase FROM negotiation") == phase
    assert "evidence.deadline_passed" not in await house.said(case)


async def test_what_a_crash_left_in_the_store_is_swept(house: House, tmp_path: Path) -> None:
    case = await asked(house)
    await house.upload(case)
    left = tmp_path / "left"
    left.write_bytes(b"nobody refers to this")
    await house.context.files.put(f"evidence/{case.case_id}/orphan", left)
    sweep = SweepEvidence(house.database, house.context.files, house.context.zone)
    operator = Caller("operator:x", frozenset({"system"}), "test")
    young = await sweep.sweep(operator, timedelta(0))
    assert (young.objects_removed, house.files()) == (0, 2), "an upload may be under way"
    old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for path in house.folder.rglob("*"):
        os.utime(path, (old, old))
    assert (await sweep.sweep(operator, timedelta(hours=24))).objects_removed == 1
    assert house.files() == 1 and await states(house, case) == ["UNDER_REVIEW"]


async def test_an_object_is_written_once(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.write_bytes(b"first")
    for place in (str(tmp_path / "a"), f"file://{tmp_path}/b"):
        store = EvidenceStore.at(place)
        await store.put("evidence/x", content)
        with pytest.raises(Exception, match="already exists"):
            await store.put("evidence/x", content)
        assert b"".join([chunk async for chunk in store.read("evidence/x")]) == b"first"


def test_the_place_of_the_store_is_a_folder_or_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert "bank-evidence" in repr(EvidenceStore.at("s3://bank-evidence/plans")._store)
    with pytest.raises(ValueError, match="folder"):
        EvidenceStore.at("gs://bank-evidence")
