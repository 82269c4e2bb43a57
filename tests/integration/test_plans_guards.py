"""What the approval guard and the database refuse, whoever asks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.databases import Databases
from tests.hostile import pdf
from tests.integration.plans_house import MANAGER, NEGOTIATOR, REVIEWER, SUPERVISOR, House, plans_house


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("subject", "rule"),
    [pytest.param(NEGOTIATOR, "APR-01", id="proposer"), pytest.param(REVIEWER, "APR-08", id="reviewer")],
)
async def test_who_had_a_hand_in_it_does_not_decide(house: House, subject: str, rule: str) -> None:
    case, submitted = await house.submitted()
    for decision in ("approve", "return", "reject"):
        decided = await house.decide(case, submitted, decision, subject=subject, role="manager")
        assert decided.status_code == 409 and rule in decided.json()["rules"]
    assert await house.scalar("SELECT count(*) FROM approval") == 0


async def test_the_uploader_does_not_decide(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    uploaded = await house.upload(case, subject=MANAGER)
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case)
    submitted = await house.submit(case, drafted.headers["etag"])
    decided = await house.decide(case, submitted, subject=MANAGER, role="manager")
    assert decided.json()["rules"] == ["APR-02"]


async def test_who_took_the_means_or_submitted_does_not_decide(house: House) -> None:
    case = await house.reviewed()
    body = {"relief_type": "EXTEND", "instalments": 18, "first_due_date": "2026-03-31"}
    drafted = await house.post(f"{case.path}/plans", body, "k1", subject="agent-other")
    path = f"{case.plan()}/submission"
    submitted = await house.post(path, None, "k2", subject="agent-third", if_match=drafted.headers["etag"])
    assert submitted.status_code == 200
    for subject in (NEGOTIATOR, "agent-other", "agent-third"):
        decided = await house.decide(case, submitted, subject=subject, role="supervisor")
        assert "APR-01" in decided.json()["rules"], subject


@pytest.mark.parametrize("role", ["agent", "senior_agent", "risk", "compliance", "system"])
async def test_too_little_authority_is_refused(house: House, role: str) -> None:
    case, submitted = await house.submitted(instalments=30)
    assert submitted.json()["needed_level"] == "supervisor"
    decided = await house.decide(case, submitted, subject="somebody", role=role)
    assert decided.json()["rules"] == ["APR-03"]
    assert (await house.decide(case, submitted, subject=SUPERVISOR, role="supervisor")).status_code == 200


async def test_of_two_approvers_at_once_one_decides(house: House) -> None:
    case, submitted = await house.submitted()
    answers = await asyncio.gather(
        house.decide(case, submitted, "approve", subject=SUPERVISOR),
        house.decide(case, submitted, "reject", subject=MANAGER, role="manager"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert await house.scalar("SELECT count(*) FROM approval") == 1
    said = await house.said(case)
    assert len([name for name in said if name in ("plan.approved", "plan.rejected")]) == 1


async def test_an_edited_proposal_is_not_approved(house: House) -> None:
    case, submitted = await house.submitted()
    async with house.database.engine.begin() as connection:
        await connection.execute(text("UPDATE plan SET terms = jsonb_set(terms, '{waived_fees,amount}', '\"60.00\"')"))
    decided = await house.decide(case, submitted)
    assert decided.json()["rules"] == ["APR-06"]
    assert (await house.decide(case, submitted, proposal_hash="0" * 64, subject="s-2")).json()["rules"] == ["APR-06"]


async def test_nobody_decides_after_the_time_is_over_and_then_somebody_higher_does(house: House) -> None:
    case, submitted = await house.submitted()
    house.later(hours=72)
    assert (await house.decide(case, submitted)).json()["rules"] == ["APR-07"]
    assert (await house.look(case)).outcome is None
    task = (await house.open_tasks(case))["approve_plan"]
    assert (task["needs_level"], task["reason"]) == ("supervisor", "approval_expired")
    again = await house.get(case.plan())
    assert [one["decision"] for one in again.json()["decisions"]] == ["expired"]
    assert (await house.decide(case, again, subject="senior-1", role="senior_agent")).json()["rules"] == ["APR-03"]
    assert (await house.decide(case, again, subject="supervisor-2")).json()["state"] == "OFFERED"
    assert not await house.open_tasks(case)


async def test_what_nobody_of_the_line_decides_comes_to_the_committee(house: House) -> None:
    case, _ = await house.submitted()
    for level in ("supervisor", "manager", "committee", "committee"):
        house.later(hours=72)
        assert (await house.look(case)).outcome is None
        task = (await house.open_tasks(case))["approve_plan"]
        assert (task["needs_level"], task["needs_role"]) == (level, level)
    again = await house.get(case.plan())
    assert (await house.decide(case, again, subject="m-1", role="manager")).json()["rules"] == ["APR-03"]
    assert (await house.decide(case, again, subject="c-1", role="committee")).json()["state"] == "OFFERED"


async def test_evidence_that_expired_in_between_supports_no_approval(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    nearly_over = house.clock.now().date().fromordinal(house.clock.now().date().toordinal() - 59)
    uploaded = await house.upload(case, document_date=nearly_over)
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case)
    submitted = await house.submit(case, drafted.headers["etag"])
    house.later(days=2)
    assert "APR-04" in (await house.decide(case, submitted)).json()["rules"]
    other = await house.decide(case, submitted, "return", proposal_hash="0" * 64, subject="s-2")
    assert other.json()["rules"] == ["APR-06"]
    assert (await house.decide(case, submitted, "return")).json()["state"] == "RETURNED", "it can be handed in anew"
    assert (await house.upload(case, "renewed", content=pdf("renewed"))).status_code == 201


@pytest.mark.practice("002-17")
@pytest.mark.rule("APR-04")
async def test_evidence_that_expires_while_a_plan_is_drafted_is_handed_in_anew(house: House) -> None:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    today = house.clock.now().date()
    uploaded = await house.upload(case, document_date=today - timedelta(days=59))
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case)
    early = await house.upload(case, "early", content=pdf("early"))
    assert (early.status_code, early.json()["type"].rpartition("/")[2]) == (409, "wrong-phase"), "nothing has expired"
    house.later(days=2)
    refused = await house.submit(case, drafted.headers["etag"], "too-late")
    assert (refused.status_code, refused.json()["rules"]) == (409, ["APR-04"])
    said = await house.said(case)

    forged = await house.upload(case, "forged", content=pdf("forged"))
    assert (await house.review(forged.json()["evidence_id"], "REJECTED")).json()["phase"] == "draft"
    assert (await house.submit(case, drafted.headers["etag"], "still")).json()["rules"] == ["APR-04"]
    renewed = await house.upload(case, "renewed", content=pdf("renewed"))
    assert "review_evidence" in await house.open_tasks(case)
    assert (await house.review(renewed.json()["evidence_id"])).status_code == 201
    assert "review_evidence" not in await house.open_tasks(case)
    assert await house.said(case) == said, "the case stays where it is"
    stale = await house.submit(case, drafted.headers["etag"], "on-other-evidence")
    assert (stale.status_code, stale.json()["type"].rpartition("/")[2]) == (409, "basis-changed")
    again = await house.draft(case, "again")
    submitted = await house.submit(case, again.headers["etag"], "in-time")
    assert submitted.status_code == 200, submitted.text
    assert (await house.decide(case, submitted)).json()["state"] == "OFFERED"


async def test_returned_means_another_version_and_rejected_means_no_agreement(house: House) -> None:
    case, submitted = await house.submitted()
    assert (await house.decide(case, submitted, "return")).json()["state"] == "RETURNED"
    assert (await house.open_tasks(case))["draft_plan"]["reason"] == "plan_returned"
    drafted = await house.draft(case, "k1", instalments=20)
    submitted = await house.submit(case, drafted.headers["etag"], "k2")
    assert (await house.decide(case, submitted, "reject", reasons=None)).status_code == 422
    assert (await house.decide(case, submitted, "reject", subject=MANAGER, role="manager")).status_code == 200
    assert (await house.look(case)).outcome == "no_agreement"
    assert await house.said(case) == [
        "assessment.completed", "evidence.requested", "evidence.received", "evidence.verified", "plan.drafted",
        "plan.submitted", "plan.returned", "plan.drafted", "plan.submitted", "plan.rejected",
    ]  # fmt: skip


async def test_a_plan_that_cannot_be_paid_or_is_beyond_the_caps_is_not_drafted(house: House) -> None:
    case = await house.reviewed()
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "k1": ({"relief_type": "INT_STOP", "instalments": 6}, "OPT-04"),
        "k2": ({"instalments": 12}, "OPT-05"),
        "k3": ({"instalments": 61}, "CN-14"),
    }
    for key, (changes, rule) in cases.items():
        refused = await house.draft(case, key, **changes)
        assert refused.status_code == 409 and rule in refused.json()["rules"], key
    assert (await house.draft(case, "k4", first_due_date="2026-03-03")).status_code == 422
    assert (await house.draft(case, "k5", first_due_date="2026-07-01")).status_code == 422
    too_much = {"waived_interest": {"amount": "280.01", "currency": "CNY"}}
    assert (await house.draft(case, "k6", **too_much)).status_code == 422


async def test_the_database_keeps_the_rules_by_itself(house: House) -> None:
    case, submitted = await house.submitted()
    copied = (
        "INSERT INTO approval (plan_id, version, decision, decided_by, proposed_by, proposal_hash, needed_level, "
        "authority, verdicts, inputs, decided_at) SELECT plan_id, version, 'approve', {who}, proposed_by, "
        "proposal_hash, needed_level, '{{}}', '[]', '{{}}', now() FROM plan"
    )
    broken = {
        "own approval": [copied.format(who="proposed_by")],
        "two decisions": [copied.format(who="'s-1'"), copied.format(who="'s-2'")],
        "wrong sum": ["UPDATE plan SET total = total + 1"],
        "no schedule": [
            "CREATE TEMP TABLE other ON COMMIT DROP AS SELECT * FROM plan",
            "UPDATE other SET version = 2, revision = 99",
            "INSERT INTO plan SELECT * FROM other",
        ],
        "changed schedule": ["UPDATE plan_instalment SET amount = amount + 1 WHERE number = 1"],
    }
    for what, statements in broken.items():
        with pytest.raises(IntegrityError):
            async with house.database.engine.begin() as connection:
                for statement in statements:
                    await connection.execute(text(statement))
        assert await house.scalar("SELECT count(*) FROM approval") == 0, what
    assert (await house.decide(case, submitted)).status_code == 200


async def test_an_account_has_one_plan_in_force(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    drop = "CREATE TEMP TABLE other ON COMMIT DROP AS SELECT * FROM plan"
    lines = "CREATE TEMP TABLE lines ON COMMIT DROP AS SELECT * FROM plan_instalment"
    with pytest.raises(IntegrityError, match="ix_plan_active_account"):
        async with house.database.engine.begin() as connection:
            for statement in (
                drop,
                lines,
                "UPDATE other SET version = 2, revision = 99",
                "UPDATE lines SET version = 2",
                "INSERT INTO plan SELECT * FROM other",
                "INSERT INTO plan_instalment SELECT * FROM lines",
            ):
                await connection.execute(text(statement))
