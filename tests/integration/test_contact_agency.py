"""What a house that collects for somebody else says of itself, and who may ask as whom."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseStateChanged, CaseTriaged, HoldPlaced
from services.common.kernel.dated import Dated
from services.common.kernel.ids import business_uuid
from services.common.kernel.policy_file import load_dated
from services.common.packs.vocabulary import Actor
from services.contact.policies import Policies
from services.contact.service.messages.release import message_id_of
from services.intake.domain.holds import HoldPolicy
from tests.databases import FreshDatabase
from tests.integration.contact_facts import START, ZONE, offer_of
from tests.integration.contact_house import House
from tests.integration.contact_knowing import NEW_YORK, agree, american, at, rules

FIRST, LATER = "This is an attempt to collect a debt", "This message is from a debt collector."


def acting_as(actor: Actor) -> Policies:
    """The policies of a house that is this to its borrowers."""
    policies = Policies.load()
    (version,) = policies.delivery.versions
    own = replace(version, value=replace(version.value, acts_as=actor))
    return replace(policies, delivery=Dated("delivery", (own,)))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agency(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"), at(2, 12, NEW_YORK), acting_as(Actor.AGENCY))
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lender(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"), at(2, 12, NEW_YORK))
    yield made
    await made.close()


async def texts(house: House, name: str, actor: Actor) -> list[str]:
    """What two messages say that the borrower gets one after the other."""
    case = await american(house, name)
    await agree(house, case, "channel", channel="sms")
    found = []
    for purpose in ("activation", "offer"):
        request = offer_of(case, "receipt", purpose)
        assert (await house.deliver(request)).outcome == "sent"
        message = await house.message(message_id_of(request))
        found.append(house.gateway.taken[str(message.message_id)]["text"])
        kept = "SELECT asked ->> 'actor' FROM permit WHERE permit_id = :id"
        assert await house.scalar(kept, id=message.permit_id) == actor
    return found


@pytest.mark.rule("US-17")
async def test_an_agency_says_that_it_collects_and_later_that_it_is_a_collector(agency: House) -> None:
    first, later = await texts(agency, "collected", Actor.AGENCY)
    assert FIRST in first and LATER not in first
    assert LATER in later and FIRST not in later


@pytest.mark.rule("US-17")
async def test_a_lender_does_not_say_of_itself_what_it_is_not(lender: House) -> None:
    for text in await texts(lender, "lent", Actor.LENDER):
        assert "collect" not in text


@pytest.mark.rule("US-17")
async def test_people_of_an_agency_ask_as_the_agency_and_as_nobody_else(agency: House) -> None:
    case = await american(agency, "asks")
    answer = await agency.ask(case, "asks-1")
    assert rules(answer) == []
    kept = "SELECT asked ->> 'actor' FROM permit WHERE permit_id = :id"
    assert await agency.scalar(kept, id=answer.json()["permit_id"]) == "agency"
    assert (await agency.ask(case, "asks-as-lender", actor="lender")).status_code == 403
    assert (await agency.ask(case, "asks-as-itself", actor="agency")).status_code == 200


@pytest.mark.rule("CN-30")
async def test_only_an_agency_on_the_list_gets_a_permit_and_only_for_a_year(fresh_database: FreshDatabase) -> None:
    house = House(await fresh_database("contact"))
    case = await house.triaged("listed")

    async def asked(key: str, subject: str) -> list[str]:
        return rules(await house.ask_as(subject, case, key, "system", actor="agency"))

    assert await asked("on", "svc-agency") == []
    assert await asked("passed-on", "svc-agency-of-an-agency") == ["CN-30"]
    # Assessed on 1 December 2025: good through 1 December 2026.
    for day, found in ((1, []), (2, ["CN-30"])):
        house.clock.move_to(datetime(2026, 12, day, 12, tzinfo=ZoneInfo(ZONE)))
        await house.beat()
        assert await asked(f"day-{day}", "svc-agency") == found
    assert rules(await house.ask(case, "lender")) == [], "the lender itself is no agency"
    elsewhere = await american(house, "no-list")
    assert "CN-30" not in rules(await house.ask(elsewhere, "us", "system", actor="agency"))
    await house.close()


AGREEMENT = load_dated("services.intake", "holds", HoldPolicy).on(START.date()).value.kinds["AGREEMENT_ACTIVE"]


async def signed(house: House, case: CaseTriaged, told_by: str) -> None:
    """An agreement is signed: intake says that it holds the debt, or that the case is agreed."""
    now, about = house.clock.now(), {"case_id": case.case_id, "borrower_id": case.borrower_id}
    event: HoldPlaced | CaseStateChanged
    if told_by == "hold":
        terms = {"blocks": sorted(AGREEMENT.blocks), "reach": AGREEMENT.reach, "starts_at": now, "ends_at": None}
        event = HoldPlaced.model_validate(about | terms | {"hold_id": business_uuid("hold", "signed")})
    else:
        moved = {"from_state": "OFFERED", "to_state": "AGREED", "trigger": "agreement.signed", "state_version": 9}
        event = CaseStateChanged.model_validate(moved | {"case_id": case.case_id, "at": now})
    assert await house.hear("intake", event) == "applied"


@pytest.mark.rule("CN-15")
@pytest.mark.parametrize("told_by", ["hold", "state"])
async def test_once_an_agreement_is_signed_no_agency_gets_a_permit_for_the_debt(
    fresh_database: FreshDatabase, told_by: str
) -> None:
    house = House(await fresh_database("contact"))
    case, other = await house.triaged("signed"), await house.triaged("unsigned")

    async def asked(key: str, about: CaseTriaged, **changes: str) -> list[str]:
        return rules(await house.ask_as("svc-agency", about, key, "system", actor="agency", **changes))

    assert await asked("before", case) == []
    await signed(house, case, told_by)
    for number, way in enumerate(({}, {"channel": "sms", "purpose": "follow_up"})):
        assert "HOLD-01" in await asked(f"after-{number}", case, **way), way
    reminder = {"channel": "sms", "purpose": "reminder", "message_class": "reminder"}
    assert await asked("reminder", case, **reminder) == [], "a reminder of what was agreed is no collection"
    assert await asked("other", other) == [], "who signed nothing is called"
    await house.close()
