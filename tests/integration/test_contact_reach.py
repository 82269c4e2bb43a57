"""Whom a hold reaches: the person, the person's share in one debt, or everybody who owes the debt."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseStateChanged, CaseTriaged, HoldPlaced
from services.common.contracts.events.contacts import StopHeard
from services.common.contracts.workflows import PartyInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.contact.service.heard import hold_here
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import party

DEMANDS = ("demand_call", "demand_message", "visit")
NOBODY = {"borrower": False, "joint": False, "borrower elsewhere": False, "joint elsewhere": False}
OF_THE_DEBT = NOBODY | {"borrower": True, "joint": True}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


class Debts:
    """Two debts of one borrower; the first is owed by a joint debtor too, who has a debt of their own besides."""

    def __init__(self, house: House, name: str) -> None:
        self.house = house
        self.name = name
        self.asked = 0

    @classmethod
    async def owed(cls, house: House, name: str) -> "Debts":
        debts = cls(house, name)
        debts.shared = await house.triaged(f"{name}-shared", borrower=name)
        debts.elsewhere = await house.triaged(f"{name}-elsewhere", borrower=name)
        debts.joint = await party(house, debts.shared, f"{name}-jo")
        debts.joint_elsewhere = await house.triaged(f"{name}-jo-elsewhere", borrower=f"{name}-jo")
        house.intake.further[UUID(debts.joint)] = {"phone": "+8613900139001"}
        await house.cases.numbers.learn_party(PartyInput(case_id=debts.shared.case_id, party_id=UUID(debts.joint)))
        return debts

    shared: CaseTriaged
    elsewhere: CaseTriaged
    joint: str
    joint_elsewhere: CaseTriaged

    async def held(self) -> dict[str, bool]:
        """Whose demands a hold blocks: of borrower and joint debtor about the debt they share, and about others."""
        return {
            "borrower": await self._held(self.shared),
            "joint": await self._held(self.shared, party_id=self.joint),
            "borrower elsewhere": await self._held(self.elsewhere),
            "joint elsewhere": await self._held(self.joint_elsewhere),
        }

    async def _held(self, case: CaseTriaged, **changes: Any) -> bool:
        # A way without an address: no permit is given that would count, and the answer speaks of holds all the same.
        self.asked += 1
        key = f"{self.name}-{self.asked}"
        answer = await self.house.ask(case, key, channel="email", purpose="first_contact", **changes)
        assert answer.json()["verdict"] == "refused"
        return "HOLD-01" in answer.json()["rules"]

    async def place(self, reach: str, person: str) -> None:
        facts = {
            "case_id": self.shared.case_id,
            "borrower_id": person,
            "hold_id": business_uuid("hold", self.name, reach),
            "blocks": DEMANDS,
            "starts_at": self.house.clock.now(),
            "ends_at": None,
            "reach": reach,
        }
        assert await self.house.hear("intake", HoldPlaced.model_validate(facts)) == "applied"

    async def moved(self, source: str, target: str, version: int) -> None:
        changed = {
            "case_id": self.shared.case_id,
            "from_state": source,
            "to_state": target,
            "trigger": "any",
            "state_version": version,
            "at": self.house.clock.now(),
        }
        assert await self.house.hear("intake", CaseStateChanged.model_validate(changed)) in ("applied", "passed")


@pytest.mark.rule("UK-12")
async def test_a_hold_on_a_person_reaches_that_person_alone_and_everywhere(house: House) -> None:
    debts = await Debts.owed(house, "person")
    await debts.place("person", debts.joint)
    assert await debts.held() == NOBODY | {"joint": True, "joint elsewhere": True}


@pytest.mark.rule("CN-13")
@pytest.mark.rule("US-19")
async def test_a_hold_on_the_debt_reaches_everybody_who_owes_it(house: House) -> None:
    debts = await Debts.owed(house, "debt")
    await debts.place("debt", debts.joint)
    assert await debts.held() == OF_THE_DEBT | {"joint elsewhere": True}


@pytest.mark.rule("US-08")
async def test_a_hold_on_a_share_reaches_one_person_about_one_debt(house: House) -> None:
    debts = await Debts.owed(house, "share")
    await debts.place("share", str(debts.shared.borrower_id))
    assert await debts.held() == NOBODY | {"borrower": True}


@pytest.mark.rule("CN-15")
async def test_while_an_agreement_is_performed_nobody_who_owes_the_debt_is_asked_to_pay(house: House) -> None:
    debts = await Debts.owed(house, "agreed")
    assert await debts.held() == NOBODY
    agreed = OF_THE_DEBT | {"borrower elsewhere": True}
    steps = ["OFFERED", "AGREED", "PLAN_ACTIVE", "PLAN_AT_RISK"]
    for version, (source, target) in enumerate(pairwise(steps), 9):
        await debts.moved(source, target, version)
        assert await debts.held() == agreed, target
    answer = await house.ask(debts.shared, "reminded", channel="sms", purpose="reminder", message_class="reminder")
    assert answer.json()["verdict"] == "permitted", "a reminder of the plan is no collection"
    house.clock.advance(timedelta(minutes=1))
    await house.beat()
    await debts.moved("PLAN_AT_RISK", "PLAN_BROKEN", 12)
    assert await debts.held() == NOBODY
    await debts.moved("OFFERED", "AGREED", 20)
    assert await debts.held() == agreed, "the next agreement holds anew"


@pytest.mark.rule("CN-13")
@pytest.mark.rule("US-08")
async def test_what_is_heard_here_says_whom_it_reaches(house: House) -> None:
    case = await house.triaged("heard-reach")
    for origin in ("dispute", "attorney", "complaint"):
        async with house.database.write(Caller.service("contact", "test")) as uow:
            await hold_here(
                uow,
                case_id=case.case_id,
                borrower_id=case.borrower_id,
                origin=origin,
                blocks=DEMANDS,
                ends_at=None,
                occasion=origin,
            )
    told = [body["reach"] for name, body in await house.outbox(case, "event") if name == StopHeard.type]
    assert told == ["debt", "share", "person"]
