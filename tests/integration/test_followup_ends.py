"""The end of a case: its reason and letter, until when its records are kept, and legal holds."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.common.contracts.events.cases import CaseAssigned, CaseClosed, CaseTriaged
from services.common.contracts.events.contacts import MessageSent, MessageUnreachable
from services.common.kernel.ids import business_uuid
from tests.databases import FreshDatabase
from tests.integration.followup_house import House, cny
from tests.integration.refusing import Visitor

CASE = business_uuid("case", "E-1")


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


def triaged(pack: str = "cn", product: str = "credit_card", case_id: UUID = CASE) -> CaseTriaged:
    return CaseTriaged(
        case_id=case_id,
        borrower_id=business_uuid("borrower", "E-1"),
        account_ref="E-1",
        origin="bank",
        pack=pack,
        pack_version="1",
        product=product,
        bucket="M1",
        days_past_due=10,
        arrears=cny("100.00"),
        balance=cny("1000.00"),
        language="zh",
        time_zones=("Asia/Shanghai",),
        contactable=True,
        round=1,
    )


async def ends(house: House, reason: str = "CURED", case_id: UUID = CASE) -> None:
    await house.hear("intake", CaseClosed(case_id=case_id, reason=reason, closed_at=house.clock.now()))


async def end_of(house: House) -> dict[str, Any]:
    answer = await house.get(f"/v1/cases/{CASE}/end")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def say(house: House, method: str, body: Any = None, version: int = 0) -> httpx.Response:
    headers = {
        "authorization": f"Bearer {house.issuer.token(sub='c-1', roles=['compliance'])}",
        "if-match": f'"{version}"',
        "content-type": "application/json",
    }
    content = b"" if body is None else orjson.dumps(body)
    return await house.client.request(method, f"/v1/cases/{CASE}/legal-hold", content=content, headers=headers)


LITIGATION = {"reason": "court_proceedings"}


@pytest.mark.rule("US-24")
@pytest.mark.rule("CN-11")
@pytest.mark.parametrize(
    ("pack", "product", "kept"),
    [
        ("cn", "credit_card", {"CN-11": "2028-03-02", "followup/retention": "2031-03-02"}),
        ("cn", "mortgage", {"followup/retention": "2031-03-02"}),
        ("us-ma", "credit_card", {"US-24": "2029-03-02", "followup/retention": "2031-03-02"}),
        ("cn+us", "credit_card", {"CN-11": "2028-03-02", "US-24": "2029-03-02", "followup/retention": "2031-03-02"}),
    ],
)
async def test_records_are_kept_by_every_rule_of_the_packs(
    house: House, pack: str, product: str, kept: dict[str, str]
) -> None:
    await house.hear("intake", triaged(pack, product))
    await ends(house, "PLAN_COMPLETED")
    found = await end_of(house)
    assert (found["reason"], found["legal_hold"], found["may_be_deleted"]) == ("PLAN_COMPLETED", False, False)
    by_rule = {one["rule"]: one["until"] for one in found["kept_by"]}
    assert by_rule == kept and found["retention_until"] == "2031-03-02"


async def test_records_may_go_the_day_after_the_last_of_their_days(house: House) -> None:
    await house.hear("intake", triaged())
    await ends(house)
    house.move_to(date(2031, 3, 2))
    assert (await end_of(house))["may_be_deleted"] is False
    house.move_to(date(2031, 3, 3))
    assert (await end_of(house))["may_be_deleted"] is True


async def test_a_case_that_nobody_triaged_is_kept_by_the_house(house: House) -> None:
    await ends(house, "OPENED")
    assert [one["rule"] for one in (await end_of(house))["kept_by"]] == ["followup/retention"]


async def test_what_became_of_the_letter_is_told_in_whatever_order_it_is_heard(house: House) -> None:
    about = {
        "case_id": CASE,
        "message_id": business_uuid("message", "closing"),
        "purpose": "closing",
        "object_ref": str(CASE),
    }
    permit = {"permit_id": business_uuid("permit", "closing"), "at": house.clock.now()}
    sent = MessageSent.model_validate(about | permit)
    await house.hear("contact", sent)
    await house.hear("intake", triaged())
    await ends(house)
    assert (await end_of(house))["closing_letter"] == "sent"
    await house.hear("contact", MessageUnreachable.model_validate(about | {"reason": "no_way"}))
    assert (await end_of(house))["closing_letter"] == "unreachable"


async def test_a_legal_hold_keeps_the_records_until_compliance_lifts_it(house: House) -> None:
    await house.hear("intake", triaged())
    nothing = await house.get(f"/v1/cases/{CASE}/legal-hold", "compliance")
    assert (nothing.json()["stands"], nothing.headers["etag"]) == (False, '"0"')
    placed = await say(house, "PUT", LITIGATION)
    assert (placed.status_code, placed.json()["stands"], placed.headers["etag"]) == (200, True, '"1"')
    await ends(house)
    house.move_to(date(2040, 1, 1))
    found = await end_of(house)
    assert (found["legal_hold"], found["may_be_deleted"]) == (True, False), "no time ends it"
    moved = await say(house, "PUT", {"reason": "audit"}, version=1)
    assert (moved.json()["reason"], moved.json()["version"]) == ("audit", 2)
    lifted = await say(house, "DELETE", version=2)
    assert (lifted.json()["stands"], lifted.json()["released_by"], lifted.json()["version"]) == (False, "c-1", 3)
    assert (await end_of(house))["may_be_deleted"] is True
    assert (await say(house, "PUT", LITIGATION, version=3)).json()["stands"] is True
    audited = "SELECT count(*) FROM audit_entry WHERE action LIKE 'legal_hold.%'"
    assert await house.scalar(audited) == 4


async def test_refusals_change_nothing(house: House) -> None:
    path = f"/cases/{CASE}"
    visitor = Visitor(house, "compliance")
    await visitor.assert_refused(404, "case-not-known", "GET", f"{path}/end")
    await visitor.assert_refused(404, "case-not-known", "GET", f"{path}/legal-hold")
    await visitor.assert_refused(404, "case-not-known", "PUT", f"{path}/legal-hold", LITIGATION, etag='"0"')
    await house.hear("intake", triaged())
    await visitor.assert_refused(404, "case-not-ended", "GET", f"{path}/end")
    await visitor.assert_refused(409, "no-legal-hold", "DELETE", f"{path}/legal-hold", etag='"0"')
    await visitor.assert_refused(428, "precondition-required", "PUT", f"{path}/legal-hold", LITIGATION)
    await visitor.assert_refused(412, "stale-version", "PUT", f"{path}/legal-hold", LITIGATION, etag='"7"')
    await visitor.assert_refused(422, "validation-failed", "PUT", f"{path}/legal-hold", {"reason": "so"}, etag='"0"')
    for role in ("agent", "supervisor", "risk"):
        await visitor.assert_refused(403, "forbidden", "PUT", f"{path}/legal-hold", LITIGATION, etag='"0"', role=role)
    await house.hear("intake", CaseAssigned(case_id=CASE, assignee="somebody-else"))
    await ends(house)
    await visitor.assert_refused(404, "case-not-known", "GET", f"{path}/end", role="agent")


@pytest.mark.rule("FUP-12")
@pytest.mark.parametrize(
    ("reason", "reported"),
    [
        ("PLAN_COMPLETED", "paid_as_agreed"),
        ("CURED", "arrears_cleared"),
        ("SETTLED", "settled"),
        ("NO_AGREEMENT", None),
        ("REFERRED", None),
        ("DECEASED", None),
        ("SOLD", "sold"),
        ("BANKRUPT", "discharged"),
    ],
)
async def test_at_each_end_the_credit_record_is_brought_up_to_date_and_the_records_are_kept(
    house: House, reason: str, reported: str | None
) -> None:
    await house.hear("intake", triaged("cn+us"))
    await ends(house, reason)
    found = await end_of(house)
    assert (found["reason"], found["credit_status"], found["retention_until"]) == (reason, reported, "2031-03-02")
    told = "FROM outbox WHERE name LIKE '%status_reported%'"
    said = await house.scalar(f"SELECT coalesce(max(convert_from(body, 'UTF8')), '') {told}")
    assert (reported is None) == (said == "") and (reported or "") in said
    await ends(house, reason)
    assert await house.scalar(f"SELECT count(*) {told}") == (reported is not None)
