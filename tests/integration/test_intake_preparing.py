"""Before the first contact: what the bank has to offer is looked up, and nobody is collected from in their grace."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import yaml

from services.common.contracts.events.contacts import ContactPlanned
from services.common.kernel.errors import Unavailable
from services.intake.workflows.messages import CaseStep
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, inbound
from tests.integration.intake_house import START, TODAY, House, case_body

CONTACT = files("services.contact")


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def triaged(house: House, account: str, product: str = "credit_card", due: date = TODAY, **changes: Any) -> UUID:
    named = {"account_ref": account, "product": product, "currency": "CNY"}
    due_on = due.isoformat()
    body = case_body(account) | {"account": named, "oldest_unpaid_due_date": due_on} | changes
    answer = await house.ask("POST", "/cases", body, roles=("system",))
    assert answer.status_code == 201, answer.text
    case_id = UUID(answer.json()["case_id"])
    assert (await house.cases.triage.triage(case_id, False)).prepare
    return case_id


@pytest.mark.practice("003-01")
async def test_nobody_is_collected_from_before_the_stage_of_the_product_begins(house: House) -> None:
    card = await triaged(house, "A1", due=TODAY - timedelta(days=3))
    loan = await triaged(house, "A2", product="personal_loan", due=TODAY - timedelta(days=1))
    home = await triaged(house, "A3", product="mortgage", due=TODAY - timedelta(days=5))
    assert (await house.case(card))["treatment"] == (await house.case(home))["treatment"] == "preventive"
    assert (await house.case(loan))["treatment"] == "early"
    for case_id, ready in ((card, False), (loan, True), (home, False)):
        for _ in range(2):
            assert (await house.cases.activities.prepare_contact(step(case_id))).ready is ready
    # The first moment of the day on which the stage begins, where the borrower is.
    midnight = START.replace(hour=16)
    assert (await house.obligations(card))["grace"] == midnight
    house.clock.move_to(midnight - timedelta(seconds=1))
    assert not (await house.cases.activities.prepare_contact(step(card))).ready
    house.clock.move_to(midnight)
    assert (await house.cases.activities.prepare_contact(step(card))).ready
    assert "grace" not in await house.obligations(card)


@pytest.mark.practice("003-01")
async def test_whoever_asks_in_grace_is_heard_at_once(house: House) -> None:
    asked, wrote, came = [await triaged(house, account) for account in ("B1", "B2", "B3")]
    for case_id in (asked, wrote, came):
        assert not (await house.cases.activities.prepare_contact(step(case_id))).ready
    assert (await house.ask("POST", f"/cases/{asked}/requests", REQUEST)).status_code == 201
    await house.hear("contact", inbound(wrote))
    await house.restore("B3")
    for case_id in (asked, wrote):
        assert len(await house.names(case_id, "nudge")) == 1, "the workflow is told"
        assert (await house.cases.activities.prepare_contact(step(case_id))).ready
    own = await triaged(house, "B4", origin="borrower")
    assert (await house.cases.activities.prepare_contact(step(own))).ready, "the borrower opened it"


@pytest.mark.practice("002-01")
async def test_what_the_bank_offers_is_listed_before_anybody_is_asked_to_pay(house: House) -> None:
    case_id = await triaged(house, "C1", due=TODAY - timedelta(days=45))
    path = f"/cases/{case_id}/benefits"
    assert_problem(await house.ask("GET", path), 404, "benefits-unknown")
    house.plans.away = True
    with pytest.raises(Unavailable):
        await house.cases.activities.prepare_contact(step(case_id))
    assert (await house.case(case_id))["state"] == "TRIAGED", "without the list nobody is contacted"
    house.plans.away = False
    for _ in range(2):
        assert (await house.cases.activities.prepare_contact(step(case_id))).ready
    assert [asked.product for asked in house.plans.asked] == ["credit_card"], "plans is asked once, without a name"

    found = (await house.ask("GET", path)).json()
    fitting = {one["relief_type"] for one in found["fitting"]}
    assert {"EXTEND", "INT_STOP", "HOLD_INTERIM"} <= fitting
    assert all(one["fits"] for one in found["fitting"]) and not any(one["fits"] for one in found["others"])
    for one in found["others"]:
        assert any(not rule["passed"] and rule["reason_zh"] for rule in one["conditions"]), "each says why not"
    assert "free" in found["free_of_charge"]["en"] and "免费" in found["free_of_charge"]["zh"]
    assert found["checked_on"] == TODAY.isoformat() and not found["paid_agent"]

    # It stays what it was: a demand later on finds what was known before it.
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    assert (await house.ask("GET", path)).json() == found
    paid = await house.ask(
        "POST", f"/cases/{case_id}/requests", REQUEST | {"source": "third_party", "agent_fee": "charged"}
    )
    assert paid.status_code == 201
    assert (await house.ask("GET", path)).json()["paid_agent"], "who takes money for asking is flagged"


@pytest.mark.practice("002-01")
def test_a_borrower_reads_that_asking_is_free_before_any_consequence() -> None:
    cadence = yaml.safe_load((CONTACT / "policy/cadence.yaml").read_text("utf-8"))["versions"][-1]["value"]
    purposes = [one["purpose"] for one in cadence["steps"]]
    assert purposes.index("follow_up") < purposes.index("consequences")
    sentences = yaml.safe_load((CONTACT / "templates/follow_up.yaml").read_text("utf-8"))["sentences"]
    assert any("免费" in one["zh"] and "free" in one["en"] and "nobody" in one["en"] for one in sentences)


def step(case_id: UUID) -> CaseStep:
    return CaseStep(case_id=case_id)
