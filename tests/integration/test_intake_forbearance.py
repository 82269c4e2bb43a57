"""Under the European pack a case is referred only once relief was weighed (EU-07)."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.contacts import ContactExhausted, ContactPlanned
from services.intake.domain.forbearance import relief_was_weighed
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, broken, inbound
from tests.integration.intake_house import House, case_body


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def in_contact(house: House, pack: str) -> UUID:
    """A case of a pack whose first round of contact has begun."""
    account = {"account_ref": "A1", "product": "card", "currency": "CNY", "pack": pack}
    answer = await house.ask("POST", "/cases", case_body() | {"account": account}, roles=("system",), sub="svc-portal")
    case_id = UUID(answer.json()["case_id"])
    await house.cases.triage.triage(case_id, False)
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    return case_id


async def nobody_reached(house: House, case_id: UUID, round_: int = 1) -> None:
    await house.hear("contact", ContactExhausted(case_id=case_id, round=round_))
    assert (await house.cases.procedure.reopen(case_id, round_)).then == "wait", "a supervisor is asked"


async def refer(house: House, case_id: UUID) -> Any:
    return await house.ask("POST", f"/cases/{case_id}/re-entry", {"decision": "refer"}, roles=("supervisor",))


@pytest.mark.rule("EU-07")
async def test_a_referral_waits_until_somebody_has_weighed_relief(house: House) -> None:
    case_id = await in_contact(house, "eu")
    await nobody_reached(house, case_id)
    blocked = assert_problem(await refer(house, case_id), 409, "referral-blocked")
    assert blocked["rule"] == "EU-07" and "reopen it" in blocked["detail"]
    assert (await house.case(case_id))["state"] == "NO_AGREEMENT"
    told = (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).json()["request_id"]
    assert assert_problem(await refer(house, case_id), 409, "referral-blocked")["rule"] == "EU-07", "asked, not weighed"
    reasons = {"reason_code": "NO_HARDSHIP", "reasons": "neither longer terms nor a pause would change what is owed"}
    declined = await house.ask("POST", f"/requests/{told}/decline", reasons, roles=("supervisor",))
    assert declined.status_code == 200, declined.text
    assert (await refer(house, case_id)).json()["state"] == "REFERRED"


@pytest.mark.rule("EU-07")
async def test_a_plan_of_an_earlier_round_is_a_weighing(house: House) -> None:
    case_id = await in_contact(house, "eu")
    await house.hear("contact", inbound(case_id))
    await broken(house, case_id, 1)
    assert (await house.cases.procedure.reopen(case_id, 1)).round == 2
    await nobody_reached(house, case_id, 2)
    assert (await refer(house, case_id)).json()["state"] == "REFERRED"


async def test_other_packs_do_not_ask_for_it(house: House) -> None:
    case_id = await in_contact(house, "cn")
    await nobody_reached(house, case_id)
    assert (await refer(house, case_id)).json()["state"] == "REFERRED"


@pytest.mark.rule("EU-07")
@pytest.mark.parametrize(
    ("steps", "declined", "weighed"),
    [
        (["relief.requested", "plan.drafted", "offer.declined"], False, True),
        (["relief.requested", "assessment.deficit"], False, True),
        (["evidence.requested", "evidence.received", "evidence.rejected"], False, True),
        (["contact.exhausted"], True, True),
        (["contact.exhausted"], False, False),
        (["relief.requested", "evidence.requested", "evidence.deadline_passed"], False, False),
        (["relief.requested", "request.withdrawn"], False, False),
    ],
)
def test_what_counts_as_a_weighing(steps: list[str], declined: bool, weighed: bool) -> None:
    assert relief_was_weighed(steps, declined=declined) is weighed
