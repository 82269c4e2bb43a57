"""Every refusal of an approval has a problem of its own and leaves every table as it was."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.databases import Databases
from tests.integration.plans_house import MANAGER, NEGOTIATOR, REVIEWER, SUPERVISOR, House, plans_house
from tests.integration.plans_people import contents
from tests.integration.plans_service import Case

DEPUTY, RISK = "agent-qian", "risk-wang"
Answer = Awaitable[httpx.Response]


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def own_proposal(house: House) -> Answer:
    case, submitted = await house.submitted()
    return house.decide(case, submitted, subject=NEGOTIATOR, role="manager")


async def own_review(house: House) -> Answer:
    case, submitted = await house.submitted()
    return house.decide(case, submitted, subject=REVIEWER, role="manager")


async def uploaded_by_manager(house: House) -> tuple[Case, httpx.Response]:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    uploaded = await house.upload(case, subject=MANAGER)
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case)
    return case, await house.submit(case, drafted.headers["etag"])


async def own_upload(house: House) -> Answer:
    case, submitted = await uploaded_by_manager(house)
    return house.decide(case, submitted, subject=MANAGER, role="manager")


async def wrong_level(house: House) -> Answer:
    case, submitted = await house.submitted(instalments=30)
    return house.decide(case, submitted, subject="senior", role="senior_agent")


async def stale_hash(house: House) -> Answer:
    case, submitted = await house.submitted()
    return house.decide(case, submitted, proposal_hash="0" * 64)


async def edited(house: House) -> Answer:
    case, submitted = await house.submitted()
    async with house.database.engine.begin() as connection:
        await connection.execute(text("UPDATE plan SET terms = jsonb_set(terms, '{waived_fees,amount}', '\"60.00\"')"))
    return house.decide(case, submitted)


async def changed_evidence(house: House) -> Answer:
    """Another document of the same case is verified while the plan waits."""
    case, submitted = await house.submitted()
    async with house.database.engine.begin() as connection:
        for statement in (
            "CREATE TEMP TABLE other ON COMMIT DROP AS SELECT * FROM evidence",
            "UPDATE other SET evidence_id = gen_random_uuid(), sha256 = repeat('0', 64), object_key = 'other', "
            "number = number + 1",
            "INSERT INTO evidence SELECT * FROM other",
        ):
            await connection.execute(text(statement))
    return house.decide(case, submitted)


async def expired_evidence(house: House) -> Answer:
    case = await house.triaged()
    await house.requested(case)
    await house.take_means(case)
    uploaded = await house.upload(case, document_date=house.clock.now().date() - timedelta(days=59))
    await house.review(uploaded.json()["evidence_id"])
    drafted = await house.draft(case)
    submitted = await house.submit(case, drafted.headers["etag"])
    house.later(days=2)
    return house.decide(case, submitted)


async def after_expiry(house: House) -> Answer:
    case, submitted = await house.submitted()
    house.later(hours=72)
    return house.decide(case, submitted)


async def after_withdrawal(house: House) -> Answer:
    case, submitted = await house.submitted()
    etag = submitted.headers["etag"]
    back = await house.post(f"{case.plan()}/withdrawal", None, "back", subject=NEGOTIATOR, if_match=etag)
    assert back.status_code == 200
    return house.decide(case, back)


async def stale_etag(house: House) -> Answer:
    case, submitted = await house.submitted()
    etag = submitted.headers["etag"]
    await house.post(f"{case.plan()}/withdrawal", None, "back", subject=NEGOTIATOR, if_match=etag)
    return house.decide(case, submitted)


async def after_supersession(house: House) -> Answer:
    case, first = await house.submitted()
    await house.decide(case, first, "return")
    drafted = await house.draft(case, "again", instalments=20)
    second = await house.submit(case, drafted.headers["etag"], "submit-2")
    return house.decide(case, second, subject=MANAGER, role="manager", proposal_hash=first.json()["proposal_hash"])


async def after_approval(house: House) -> Answer:
    case, submitted = await house.submitted()
    decided = await house.decide(case, submitted)
    return house.decide(case, decided, "reject", subject=MANAGER, role="manager")


def deputy(days: float) -> Callable[[House], Awaitable[Answer]]:
    async def outside(house: House) -> Answer:
        starts = house.clock.now() + timedelta(days=days)
        body = {
            "from_subject": SUPERVISOR, "to_subject": DEPUTY, "authorities": ["supervisor"],
            "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(days=1)).isoformat(),
        }  # fmt: skip
        given = await house.post("/v1/delegations", body, "give", "manager", subject=MANAGER)
        assert given.status_code == 201
        case, submitted = await house.submitted(instalments=30)
        if days <= 0:
            house.later(days=1)
        return house.decide(case, submitted, subject=DEPUTY, role="agent")

    return outside


async def second_approver_is_the_first(house: House) -> Answer:
    """Somebody who is manager and of risk signs once; the deputy of who has signed neither."""
    case, submitted = await house.submitted(instalments=40)
    signed = await house.decide(case, submitted, subject=MANAGER, role="manager")
    body = {"decision": "approve", "proposal_hash": signed.json()["proposal_hash"]}
    etag = signed.headers["etag"]
    return house.post(f"{case.plan()}/decisions", body, "second", "risk", subject=MANAGER, if_match=etag)


async def deputy_of_who_signed(house: House) -> Answer:
    now = house.clock.now()
    body = {
        "from_subject": MANAGER, "to_subject": DEPUTY, "authorities": ["risk"],
        "starts_at": now.isoformat(), "ends_at": (now + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    assert (await house.post("/v1/delegations", body, "give", "risk", subject=RISK)).status_code == 201
    case, submitted = await house.submitted(instalments=40)
    signed = await house.decide(case, submitted, subject=MANAGER, role="manager")
    return house.decide(case, signed, subject=DEPUTY, role="agent")


async def a_relative(house: House) -> Answer:
    declared = {"borrower_ref": "B1", "kind": "own_account"}
    assert (await house.post("/v1/relations", declared, "r", "supervisor", subject=SUPERVISOR)).status_code == 201
    case, submitted = await house.submitted()
    return house.decide(case, submitted)


async def not_affordable(house: House) -> Answer:
    """The means are corrected while the plan waits: the share is too small for its instalment."""
    case, submitted = await house.submitted()
    async with house.database.engine.begin() as connection:
        await connection.execute(text("UPDATE statement_of_means SET own_share = 1"))
    return house.decide(case, submitted)


async def lender_loses(house: House) -> Answer:
    """A bank that wants nearly all of what going on would be worth, and a plan without interest."""
    case = await house.reviewed()
    agreed, day = house.context.policies, house.clock.now().date()
    stricter = replace(agreed.agreements(day), present_value_floor_percent=Decimal("99.99"))
    versions = tuple(replace(one, value=stricter) for one in agreed.agreement.versions)
    changed = replace(agreed, agreement=replace(agreed.agreement, versions=versions))
    object.__setattr__(house.context, "policies", changed)
    return house.draft(case, relief_type="INT_STOP", instalments=12)


def rule(prepare: Callable[[House], Awaitable[Answer]], problem: str, *rules: str, id: str = "") -> Any:
    """A refusal that shows a rule."""
    return pytest.param(prepare, problem, marks=pytest.mark.rule(*rules), id=id or prepare.__name__)


@pytest.mark.parametrize(
    ("prepare", "problem"),
    [
        rule(own_proposal, "409 own-proposal", "APR-01"),
        rule(own_upload, "409 own-upload", "APR-02"),
        rule(wrong_level, "409 authority-too-low", "APR-03"),
        rule(expired_evidence, "409 evidence-not-sufficient", "APR-04"),
        rule(not_affordable, "409 not-affordable", "APR-05"),
        rule(stale_hash, "409 proposal-changed", "APR-06"),
        rule(edited, "409 proposal-changed", "APR-06"),
        rule(after_expiry, "409 approval-expired", "APR-07"),
        rule(own_review, "409 own-review", "APR-08"),
        rule(a_relative, "409 related-to-borrower", "APR-09"),
        rule(changed_evidence, "409 evidence-changed", "APR-10"),
        rule(second_approver_is_the_first, "409 signed-before", "APR-11"),
        rule(deputy_of_who_signed, "409 signed-before", "APR-11"),
        rule(deputy(5), "409 delegation-not-in-force", "APR-12", id="before-the-delegation"),
        rule(deputy(0), "409 delegation-not-in-force", "APR-12", id="after-the-delegation"),
        rule(lender_loses, "409 lender-would-lose", "GAIN-01"),
        (after_withdrawal, "409 plan-withdrawn"),
        (stale_etag, "412 stale-version"),
        (after_supersession, "409 proposal-superseded"),
        (after_approval, "409 already-decided"),
    ],
)
async def test_a_refused_approval_writes_nothing(
    house: House, prepare: Callable[[House], Awaitable[Answer]], problem: str
) -> None:
    asked = await prepare(house)
    before = await contents(house)
    answer = await asked
    assert f"{answer.status_code} {answer.json()['type'].rpartition('/')[2]}" == problem, answer.text
    assert await contents(house) == before


async def test_a_row_that_is_changed_in_place_is_seen(house: House) -> None:
    await house.submitted()
    before = await contents(house)
    async with house.database.engine.begin() as connection:
        await connection.execute(text("UPDATE plan SET revision = revision + 1"))
    after = await contents(house)
    assert [name for name in before if after[name] != before[name]] == ["plan"] and after.keys() == before.keys()
