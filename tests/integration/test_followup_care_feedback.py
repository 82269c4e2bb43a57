"""What borrowers think of us: asked once, sealed while the case runs, shown together, and made something of."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest

from services.common.contracts.events.cases import CaseAssigned, CaseClosed
from services.common.contracts.events.contacts import RightPartyContactRecorded
from services.common.contracts.events.plans import PlanActivated, PlanRejected
from services.common.kernel.ids import business_uuid
from services.followup.domain.feedback import asks_by_message, mean_score
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.followup_care import messages, reads, says
from tests.integration.followup_house import House, plan_for
from tests.integration.refusing import Visitor

HANDLER = "a-1"


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def decided(house: House, account: str = "F-1", handler: str = HANDLER) -> tuple[PlanActivated, str]:
    """A plan of which an earlier version was rejected, and the path of what the borrower is asked about that."""
    plan = plan_for(account)
    await house.hear("plans", plan)
    await house.hear("intake", CaseAssigned(case_id=plan.case_id, assignee=handler))
    await house.hear("plans", PlanRejected(case_id=plan.case_id, round=1, plan_id=plan.plan_id, version=1))
    return plan, f"/v1/feedback/{_asked_about(account)}/answer"


def _asked_about(account: str) -> UUID:
    return business_uuid("feedback", "decision", f"{plan_for(account).plan_id}/1")


async def talked(house: House, plan: PlanActivated, number: int = 1) -> str:
    conversation = business_uuid("conversation", plan.account_ref, str(number))
    said = RightPartyContactRecorded(case_id=plan.case_id, conversation_id=conversation, round=1, at=house.clock.now())
    await house.hear("contact", said)
    return f"/v1/feedback/{business_uuid('feedback', 'conversation', str(conversation))}/answer"


@pytest.mark.practice("000-12")
@pytest.mark.rule("FUP-09")
async def test_each_conversation_and_decision_is_asked_about_and_the_answer_is_sealed(house: House) -> None:
    plan, decision = await decided(house)
    conversation = await talked(house, plan)
    given = await says(house, plan, decision, {"score": 2, "words": "Nobody told me why"}, "k1")
    assert (given.status_code, given.json()["score"], given.json()["stage"]) == (200, 2, "rejected")
    await says(house, plan, conversation, {"score": 5}, "k2")
    stored = await house.scalar("SELECT words FROM feedback WHERE words IS NOT NULL")
    assert stored.startswith("v1.") and "Nobody" not in stored
    [event] = [body for name, body in await house.outbox(plan) if "given" in name and body["score"] == 2]
    assert set(event) == {"case_id", "feedback_id", "occasion", "stage", "score"}, "no words leave the table"
    path = f"/v1/cases/{plan.case_id}/feedback"
    assert_problem(await house.get(path, "agent", subject=HANDLER), 409, "feedback-sealed")
    assert_problem(await house.get(path, "supervisor", subject=HANDLER), 409, "feedback-sealed")
    assert [one["score"] for one in (await house.get(path, "supervisor", subject="s-9")).json()["items"]] == [2, 5]
    await house.hear("intake", CaseClosed(case_id=plan.case_id, reason="SETTLED", closed_at=house.clock.now()))
    shown = (await house.get(path, "agent", subject=HANDLER)).json()["items"]
    assert [(one["score"], one["words"]) for one in shown] == [(2, "Nobody told me why"), (5, None)]


async def test_it_is_asked_once_and_by_message_of_some(house: House) -> None:
    by_message = [asks_by_message(_asked_about(f"F-{number}"), 10) for number in range(400)]
    assert 20 < sum(by_message) < 60, "ten in a hundred"
    for account in (f"F-{by_message.index(True)}", f"F-{by_message.index(False)}"):
        plan, path = await decided(house, account)
        sent = [message["object_ref"] for message in await messages(house, plan, "feedback")]
        assert sent == ([str(_asked_about(account))] if asks_by_message(_asked_about(account), 10) else [])
    again = PlanRejected(case_id=plan.case_id, round=1, plan_id=plan.plan_id, version=1)
    await house.hear("plans", again)
    assert (await house.names(plan)).count("feedback.requested") == 1
    await says(house, plan, path, {"score": 3}, "k1")
    assert_problem(await says(house, plan, path, {"score": 5}, "k2"), 409, "feedback-kept")


@pytest.mark.practice("000-12")
@pytest.mark.practice("004-01")
@pytest.mark.rule("FUP-10")
async def test_answers_are_shown_together_and_none_of_a_small_group(house: House) -> None:
    for number, score in enumerate((5, 4, 4, 3, 5)):
        plan, path = await decided(house, f"F-{number}", handler="a-1")
        await says(house, plan, path, {"score": score}, f"k{number}")
    plan, path = await decided(house, "F-9", handler="a-2")
    await says(house, plan, path, {"score": 1}, "k9")
    await talked(house, plan)
    by_agent = (await house.get("/v1/feedback?by=agent", "agent")).json()["groups"]
    assert [(g["group"], g["asked"], g["answered"], g["mean"], g["withheld"]) for g in by_agent] == [
        ("a-1", 5, 5, "4.2", False),
        ("a-2", 2, None, None, True),
    ]
    by_stage = (await house.get("/v1/feedback?by=stage", "agent")).json()["groups"]
    assert [(g["group"], g["asked"], g["mean"]) for g in by_stage] == [
        ("conversation/talked", 1, None),
        ("decision/rejected", 6, "3.7"),
    ]
    for by in ("team", "template", "all"):
        assert (await house.get(f"/v1/feedback?by={by}", "agent")).status_code == 200
    assert mean_score({}) is None


async def test_refusals_change_nothing(house: House) -> None:
    plan, path = await decided(house)
    visitor, score = Visitor(house), {"score": 4}
    await visitor.assert_refused(403, "forbidden", "POST", path.removeprefix("/v1"), score)
    await visitor.assert_refused(403, "forbidden", "GET", "/feedback", role="committee")
    await visitor.assert_refused(422, "invalid-input", "GET", "/feedback?from=2026-03-02&to=2026-03-02")
    assert_problem(await says(house, plan, path, {"score": 6}, "k1"), 422, "validation-failed")
    stranger = plan_for("F-2")
    assert_problem(await says(house, stranger, path, score, "k2"), 404, "not-found")
    unknown = f"/v1/feedback/{plan.plan_id}/answer"
    assert_problem(await says(house, plan, unknown, score, "k3"), 404, "not-found")
    assert_problem(await reads(house, stranger, f"/v1/cases/{plan.case_id}/feedback"), 404, "not-found")


@pytest.mark.practice("004-01")
@pytest.mark.practice("000-12")
async def test_an_answer_becomes_an_action_with_an_owner_and_a_date(house: House) -> None:
    plan, path = await decided(house)
    feedback_id = path.split("/")[3]
    action = {
        "area": "decisions",
        "what": "Say why",
        "owner": "s-2",
        "due_on": "2026-03-09",
        "feedback_id": feedback_id,
    }
    early = await house.post("/v1/improvement-actions", action, "k1", "supervisor")
    assert_problem(early, 404, "not-found")
    await says(house, plan, path, {"score": 1, "words": "Nobody told me why"}, "k1")
    opened = await house.post("/v1/improvement-actions", action, "k2", "supervisor")
    assert (opened.status_code, opened.json()["feedback_id"], opened.json()["owner"]) == (201, feedback_id, "s-2")
    house.move_to(date(2026, 3, 10))
    [late] = (await house.get("/v1/improvement-actions", "manager")).json()["items"]
    assert late["overdue"] is True
