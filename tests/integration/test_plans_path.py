"""The way of a plan: means, evidence, draft, approval, offer, agreement, core; answered over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.integration.plans_house import MEANS, NEGOTIATOR, REVIEWER, SUPERVISOR, House, plans_house


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_a_plan_from_the_request_to_the_core(house: House) -> None:
    case = await house.triaged()
    assert (await house.look(case)).wake_in is None
    await house.requested(case)
    assert (await house.open_tasks(case))["take_statement_of_means"]["needs_role"] == "agent"

    means = await house.take_means(case)
    assert (means.status_code, means.json()["own_share"]["amount"], means.json()["evidence_items"]) == (
        201,
        "2030.00",
        1,
    )
    assert set(await house.obligations(case)) == {"evidence"}

    uploaded = await house.upload(case)
    assert (uploaded.status_code, len(uploaded.json()["sha256"])) == (201, 64)
    task = (await house.open_tasks(case))["review_evidence"]
    assert task["excluded"] == [NEGOTIATOR] and task["decide_path"].endswith("/reviews")

    assert (await house.review(uploaded.json()["evidence_id"])).json()["phase"] == "draft"
    drafted = await house.draft(case)
    assert (drafted.status_code, drafted.headers["etag"], drafted.json()["version"]) == (201, '"1"', 1)
    assert set(await house.obligations(case)) == {"submission"}

    submitted = await house.submit(case, drafted.headers["etag"])
    assert submitted.json()["needed_level"] == "senior_agent"
    task = (await house.open_tasks(case))["approve_plan"]
    assert set(task["excluded"]) == {NEGOTIATOR, REVIEWER} and task["needs_level"] == "senior_agent"

    decided = await house.decide(case, submitted)
    assert decided.json()["state"] == "OFFERED" and set(await house.obligations(case)) == {"offer"}
    assert not await house.open_tasks(case)

    signed = await house.accept(case)
    assert (signed.status_code, signed.json()["state"], signed.json()["channel"]) == (201, "SIGNED", "portal")
    assert (await house.look(case)).activate
    assert (await house.activate(case)).outcome == "done"
    over = await house.look(case)
    assert (over.outcome, str(over.agreement_id)) == ("active", signed.json()["agreement_id"])
    assert not await house.obligations(case)

    assert await house.said(case) == [
        "assessment.completed", "evidence.requested", "evidence.received", "evidence.verified", "plan.drafted",
        "plan.submitted", "plan.approved", "agreement.signed", "plan.activated",
    ]  # fmt: skip
    activated = (await house.outbox(case))[-1][1]
    assert len(activated["schedule"]) == 18 and activated["schedule_hash"] == drafted.json()["schedule_hash"]
    kept = await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate")
    assert kept is not None and (kept.hash, kept.reference) == (activated["schedule_hash"], activated["core_reference"])
    messages = [(body["purpose"], body["version"]) for _, body in await house.outbox(case, "start")]
    assert messages == [("evidence_request", 1), ("offer", 1), ("signing_code", 1), ("activation", 1)]
    # Only what the workflow must act on wakes it: the signature.
    assert len(await house.outbox(case, "nudge")) == 1


async def test_no_event_tells_the_cause_or_the_kind_of_document(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    told = str(await house.outbox(case)) + str(await house.outbox(case, "start"))
    assert "INCOME_DROP" not in told and "payslips" not in told
    stored = await house.scalar("SELECT hardship_reason || items FROM statement_of_means")
    assert "INCOME_DROP" not in stored and "8000" not in stored


async def test_a_repeated_command_changes_nothing_and_gets_the_same_answer(house: House) -> None:
    case = await house.reviewed()
    first, second = await house.draft(case), await house.draft(case)
    assert second.json() == first.json() and second.headers["idempotency-replayed"] == "true"
    submitted = await house.submit(case, '"1"')
    assert (await house.submit(case, '"1"')).json() == submitted.json()
    assert (await house.said(case)).count("plan.drafted") == 1
    again = await house.post(f"{case.path}/statements-of-means", MEANS, "means-2", subject=NEGOTIATOR)
    assert (again.status_code, again.json()["phase"]) == (409, "approval")


async def test_a_change_names_the_version_it_read(house: House) -> None:
    case = await house.reviewed()
    await house.draft(case)
    assert (await house.submit(case, '"7"', "k1")).status_code == 412
    bare = await house.post(f"{case.plan()}/submission", None, "k2", subject=NEGOTIATOR)
    assert bare.status_code == 428
    assert (await house.get(case.plan())).headers["etag"] == '"1"'


@pytest.mark.parametrize("role", ["agent", "senior_agent", "supervisor", "manager"])
async def test_who_is_above_may_do_what_the_desk_shows_them(house: House, role: str) -> None:
    case = await house.triaged()
    await house.requested(case)
    taken = await house.post(f"{case.path}/statements-of-means", MEANS, "k1", role, subject="x-1")
    assert taken.status_code == 201, taken.text


async def test_roles_are_asked(house: House) -> None:
    case, submitted = await house.submitted()
    refused = await house.post(f"{case.path}/plans", {}, "k1", "compliance", subject="c-1")
    assert refused.status_code == 422
    body = {"relief_type": "EXTEND", "instalments": 18, "first_due_date": "2026-03-31"}
    assert (await house.post(f"{case.path}/plans", body, "k2", "compliance", subject="c-1")).status_code == 403
    decided = await house.decide(case, submitted, subject="r-1", role="risk")
    assert (decided.status_code, decided.json()["rules"]) == (409, ["APR-03"])
    nobody = await house.post(f"{case.plan()}/decline", {}, "k3", "system", subject="svc-portal")
    assert nobody.status_code == 403
    assert (await house.get(case.plan(), "risk", subject="r-1")).status_code == 200


async def test_the_offer_shows_both_sides_in_both_languages(house: House) -> None:
    case = await house.offered()
    document = (await house.get(f"{case.path}/offer")).json()["document"]
    terms = {term["code"]: term for term in document["key_terms"]}
    assert set(terms) == {"amount", "rate", "method", "term", "fees", "dates", "consequences"}
    comparison = document["comparison"]
    for language in ("zh", "en"):
        assert comparison["after_total"]["amount"] in terms["amount"][language]
        assert comparison["total_cost_change"]["amount"].lstrip("-") in terms["amount"][language]
    assert comparison["before_payment"]["amount"] == "1066.19"


@pytest.mark.practice("004-03", "004-06")
async def test_acceptance_is_of_every_term_of_this_document_in_time(house: House) -> None:
    case = await house.offered()
    assert (await house.accept(case, "k1", document_hash="0" * 64)).status_code == 409
    assert (await house.accept(case, "k2", key_terms={"amount": True})).status_code == 422
    assert (await house.accept(case, "k3", version=2)).status_code == 409
    house.later(days=14)
    late = await house.accept(case, "k4")
    assert (late.status_code, late.json()["title"]) == (409, "This offer is not open")
    assert (await house.look(case)).outcome == "no_agreement"
    assert (await house.said(case))[-1] == "offer.expired"
    assert (await house.get(f"{case.path}/offer")).json()["state"] == "EXPIRED"


async def test_the_same_offer_is_not_made_again_after_an_objection(house: House) -> None:
    case = await house.offered()
    body = {"objection": "INSTALMENT_TOO_HIGH", "wanted_payment": {"amount": "700.00", "currency": "CNY"}}
    acting = {"x_acting_for": "borrower:B1"}
    countered = await house.post(f"{case.plan()}/counter", body, "k1", "system", subject="svc-portal", **acting)
    assert (countered.status_code, countered.json()["phase"]) == (201, "draft")
    assert "draft_plan" in await house.open_tasks(case)
    same = await house.draft(case, "k2")
    assert (same.status_code, same.json()["title"]) == (409, "The borrower has objected to exactly these terms")
    other = await house.draft(case, "k3", instalments=24)
    assert (other.json()["version"], other.json()["answers_objection"]) == (2, countered.json()["objection_id"])
    submitted = await house.submit(case, other.headers["etag"], "k4")
    assert (await house.decide(case, submitted)).status_code == 200
    assert (await house.accept(case, "k5")).status_code == 201
    assert (await house.activate(case)).outcome == "done"


async def test_a_second_round_asks_for_verified_evidence_only_once(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    await house.state_changed(case, "PLAN_BROKEN")
    assert (await house.get(case.plan())).json()["state"] == "BROKEN"
    await house.reopened(case, 2)
    assert await house.requested(case, 2) == "applied"
    means = await house.take_means(case, "means-2")
    assert (means.json()["evidence_items"], means.json()["phase"]) == (0, "draft")
    drafted = await house.draft(case, "draft-2", instalments=24, first_due_date="2026-04-02")
    assert (drafted.json()["plan_id"], drafted.json()["version"]) == (str(case.plan_id(2)), 1)
    # Relief within twelve months needs one level more.
    submitted = await house.submit(case, drafted.headers["etag"], "submit-2", 2)
    assert submitted.json()["needed_level"] == "supervisor"
    # What is restructured again needs the signature of risk too, in either order.
    assert [one["part"] for one in submitted.json()["signatures"]] == ["approver", "risk"]
    signed = await house.decide(case, submitted, subject="risk-1", role="risk")
    assert signed.json()["state"] == "SUBMITTED"
    assert (await house.decide(case, signed)).json()["state"] == "OFFERED"
    assert (await house.accept(case, "accept-2")).status_code == 201
    assert (await house.activate(case, 2)).outcome == "done"
    assert (await house.look(case, 2)).outcome == "active"


async def test_who_decides_reads_the_content_of_a_document(house: House) -> None:
    case = await house.reviewed()
    listed = (await house.get(f"{case.path}/evidence")).json()["items"]
    assert [item["state"] for item in listed] == ["VERIFIED"]
    path = f"/v1/evidence/{listed[0]['evidence_id']}/content"
    content = await house.get(path, "supervisor", subject=SUPERVISOR)
    assert content.content.startswith(b"%PDF") and content.headers["x-content-type-options"] == "nosniff"
    assert content.headers["content-security-policy"] == "sandbox; default-src 'none'"
    for role in ("manager", "committee"):
        assert (await house.get(path, role, subject="m-1")).status_code == 200
    assert (await house.get(path, "compliance", subject="c-1")).status_code == 403
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'evidence.read'") == 3
