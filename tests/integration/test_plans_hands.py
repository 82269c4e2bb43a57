"""Who judges the evidence of a case is never who negotiates it: neither before nor after, in whatever round."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.borrowers.signing import accepted
from services.common.contracts.events.cases import CaseAssigned
from tests.databases import Databases
from tests.hostile import pdf
from tests.integration.plans_house import MEANS, NEGOTIATOR, REVIEWER, SUPERVISOR, House, plans_house
from tests.integration.plans_people import problem, tasks
from tests.integration.plans_service import Case

OTHER = "agent-zheng"


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def written(house: House) -> Any:
    """How much there is that a negotiating agent writes."""
    tables = ("plan", "statement_of_means", "objection", "agreement", "evidence_review", "audit_entry")
    return [await house.scalar(f"SELECT count(*) FROM {table}") for table in tables]


async def test_who_reviewed_neither_drafts_nor_submits(house: House) -> None:
    case = await house.reviewed()
    [task] = await tasks(house, case, "draft_plan")
    assert task["excluded"] == [REVIEWER]
    before = await written(house)
    body = {"relief_type": "EXTEND", "instalments": 18, "first_due_date": "2026-03-31"}
    assert problem(await house.post(f"{case.path}/plans", body, "k1", subject=REVIEWER)) == "403 reviewer-negotiates"
    assert await written(house) == before
    drafted = await house.draft(case)
    submission = {"subject": REVIEWER, "if_match": drafted.headers["etag"]}
    assert problem(await house.post(f"{case.plan()}/submission", None, "k2", **submission)) == "403 reviewer-negotiates"
    assert (await house.submit(case, drafted.headers["etag"])).status_code == 200


async def test_who_reviewed_does_not_write_down_what_the_borrower_answers(house: House) -> None:
    case = await house.offered()
    before = await written(house)
    offer = (await house.get(f"{case.path}/offer")).json()
    spoken = {"method": "recording", "recording_ref": "rec/1", "consent_version": "consent-1"}
    worry = {"objection": "INSTALMENT_TOO_HIGH"}
    said: dict[str, dict[str, Any]] = {
        "objections": worry,
        "counter": worry | {"wanted_months": 24},
        "decline": {},
        "acceptance": accepted(offer, spoken),
    }
    for path, body in said.items():
        refused = await house.post(f"{case.plan()}/{path}", body, path, subject=REVIEWER)
        assert problem(refused) == "403 reviewer-negotiates", path
    assert await written(house) == before
    assert (await house.post(f"{case.plan()}/objections", worry, "k", subject=OTHER)).status_code == 201


async def test_who_reviewed_in_one_round_does_not_take_the_means_of_the_next(house: House) -> None:
    case = await house.offered()
    await house.post(f"{case.plan()}/decline", {}, "no", subject=NEGOTIATOR)
    await house.reopened(case, 2)
    await house.requested(case, 2)
    [task] = await tasks(house, case, "take_statement_of_means")
    assert task["excluded"] == [REVIEWER]
    path = f"{case.path}/statements-of-means"
    assert problem(await house.post(path, MEANS, "k1", subject=REVIEWER)) == "403 reviewer-negotiates"
    assert (await house.post(path, MEANS, "k2", subject=OTHER)).status_code == 201


async def handed_in_again(house: House, case: Case, round_: int) -> str:
    """A document of a further round, handed in by somebody else."""
    await house.reopened(case, round_)
    await house.requested(case, round_)
    house.later(days=61)
    path = f"{case.path}/statements-of-means"
    assert (await house.post(path, MEANS, f"means-{round_}", subject=SUPERVISOR)).status_code == 201
    uploaded = await house.upload(case, f"upload-{round_}", pdf(f"round {round_}"), subject=SUPERVISOR)
    return str(uploaded.json()["evidence_id"])


async def test_who_negotiated_any_round_reviews_no_evidence_of_the_case(house: House) -> None:
    """Who took the means, drafted or wrote down an answer in the first round judges nothing in the second."""
    case = await house.offered()
    worry = {"objection": "INSTALMENT_TOO_HIGH"}
    await house.post(f"{case.plan()}/objections", worry, "worry", subject=OTHER)
    await house.post(f"{case.plan()}/decline", {}, "no", subject=NEGOTIATOR)
    evidence_id = await handed_in_again(house, case, 2)
    [task] = await tasks(house, case, "review_evidence")
    assert {NEGOTIATOR, OTHER, SUPERVISOR} <= set(task["excluded"]) and REVIEWER not in task["excluded"]
    before = await written(house)
    for person in (NEGOTIATOR, OTHER, SUPERVISOR):
        refused = await house.review(evidence_id, subject=person)
        assert problem(refused) == "403 reviewer-negotiates", person
    assert await written(house) == before
    assert (await house.review(evidence_id)).status_code == 201


async def test_whose_case_it_is_does_not_review(house: House) -> None:
    """The assignee is who talks with the borrower."""
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    await house.hear("intake", CaseAssigned(case_id=case.case_id, assignee=OTHER))
    evidence_id = (await house.upload(case, subject=OTHER)).json()["evidence_id"]
    assert problem(await house.review(evidence_id, subject=OTHER)) == "403 reviewer-negotiates"
    [task] = await tasks(house, case, "review_evidence")
    assert OTHER in task["excluded"]
    assert (await house.review(evidence_id)).status_code == 201, "colleagues see it as long as it waits for them"
