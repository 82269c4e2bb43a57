"""Bad input over HTTP: each gets the documented problem, names the place and not the value, and leaves nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.common.kernel.ids import business_uuid
from tests.databases import Databases, FreshDatabase
from tests.integration import contact_house, followup_house, intake_house, plans_house
from tests.integration.intake_house import case_body
from tests.integration.plans_house import MEANS
from tests.integration.refusing import Visitor

CANARY = "canary-4711"
NOWHERE = business_uuid("case", "nowhere")
CASES = "/cases"


@pytest.fixture
async def intake(fresh_database: FreshDatabase) -> AsyncIterator[Visitor]:
    house = intake_house.House(await fresh_database("intake"))
    yield Visitor(house, "system")
    await house.close()


@pytest.fixture
async def plans(databases: Databases, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with plans_house.plans_house(databases, tmp_path) as house:
        case = await house.triaged()
        await house.requested(case)
        yield Visitor(house)


@pytest.fixture
async def followup(fresh_database: FreshDatabase) -> AsyncIterator[Visitor]:
    house = followup_house.House(await fresh_database("followup"))
    yield Visitor(house, "system")
    await house.close()


@pytest.fixture
async def contact(fresh_database: FreshDatabase) -> AsyncIterator[Visitor]:
    house = contact_house.House(await fresh_database("contact"))
    yield Visitor(house)
    await house.close()


def money(amount: Any, currency: Any = "CNY") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


NO_MONEY: tuple[tuple[Any, Any], ...] = (
    ("1e5", "CNY"), ("1E-2", "CNY"), (12.345, "CNY"), (12.5, "CNY"), (12, "CNY"), ("12.345", "CNY"), ("", "CNY"),
    (" 12", "CNY"), ("+12", "CNY"), ("12,00", "CNY"), ("NaN", "CNY"), ("Infinity", "CNY"), ("１２", "CNY"),
    ("9" * 16, "CNY"), (None, "CNY"), (True, "CNY"), (["12"], "CNY"), ("12.00", "XXX"), ("12.00", "cny"),
    ("12.00", ""), ("12.00", None), ("12.5", "JPY"),
)  # fmt: skip


async def test_what_is_no_money_is_refused_everywhere(intake: Visitor, plans: Visitor, followup: Visitor) -> None:
    path = f"{CASES}/{business_uuid('case', 'A1')}/statements-of-means"
    for wrong in (money(amount, currency) for amount, currency in NO_MONEY):
        found = await intake.assert_refused(422, "validation-failed", "POST", CASES, case_body(arrears=wrong))
        assert found["errors"][0]["pointer"].startswith("#/arrears")
        means = MEANS | {"income": {"salary": wrong}}
        found = await plans.assert_refused(422, "validation-failed", "POST", path, means)
        assert found["errors"][0]["pointer"].startswith("#/income/salary")
        found = await followup.assert_refused(422, "validation-failed", "POST", "/payments", posting(amount=wrong))
        assert found["errors"][0]["pointer"].startswith("#/amount")


def posting(**changes: Any) -> dict[str, Any]:
    day = "2026-03-02"
    return {
        "posting_ref": "P1", "account_ref": "A1", "amount": money("10.00"), "value_date": day, "booking_date": day,
    } | changes  # fmt: skip


async def test_money_of_the_wrong_sign_or_of_two_currencies_is_refused(
    intake: Visitor, plans: Visitor, followup: Visitor
) -> None:
    for name in ("arrears", "balance"):
        found = await intake.assert_refused(
            422, "facts-contradict", "POST", CASES, case_body() | {name: money("-1.00")}
        )
        assert found["errors"][0]["pointer"] == f"#/{name}/amount"
    await intake.assert_refused(422, "facts-contradict", "POST", CASES, case_body(balance=money("1.00", "EUR")))
    await intake.assert_refused(422, "facts-contradict", "POST", CASES, case_body(arrears=money("1.00", "EUR")))
    path = f"{CASES}/{business_uuid('case', 'A1')}/statements-of-means"
    await plans.assert_refused(422, "invalid-input", "POST", path, MEANS | {"living_costs": {"food": money("-1.00")}})
    await plans.assert_refused(
        422, "currency-mismatch", "POST", path, MEANS | {"income": {"salary": money("1.00", "EUR")}}
    )
    for amount in ("0.00", "-10.00"):
        await followup.assert_refused(422, "validation-failed", "POST", "/payments", posting(amount=money(amount)))


async def test_a_term_that_is_none_is_refused(plans: Visitor) -> None:
    path = f"{CASES}/{business_uuid('case', 'A1')}/plans"
    for months in (-12, 0, 481, 1.5, "twelve", [12]):
        draft = {"relief_type": "EXTEND", "instalments": months, "first_due_date": "2026-04-01"}
        found = await plans.assert_refused(422, "validation-failed", "POST", path, draft)
        assert [error["pointer"] for error in found["errors"]] == ["#/instalments"]


NO_BODY: tuple[tuple[bytes, int, str], ...] = (
    (b"{", 400, "invalid-json"),
    (b'{"arrears": NaN}', 400, "invalid-json"),
    (b'{"arrears": Infinity}', 400, "invalid-json"),
    (b'{"origin": "bank", "origin": "borrower"}', 400, "invalid-json"),
    (b'{"origin": "b\\u0000nk"}', 400, "invalid-json"),
    (b"\xff\xfe{}", 400, "invalid-json"),
    (b"[" * 5000, 400, "invalid-json"),
    (b"", 422, "validation-failed"),
    (b"[]", 422, "validation-failed"),
    (b"null", 422, "validation-failed"),
    (b'"' + b"x" * (1024 * 1024) + b'"', 413, "body-too-large"),
)


async def test_what_is_no_body_is_refused(intake: Visitor) -> None:
    for raw, status, problem in NO_BODY:
        await intake.assert_refused(status, problem, "POST", CASES, raw)


async def test_unknown_and_missing_fields_are_named_and_values_are_not(intake: Visitor) -> None:
    body = case_body(favourite_colour=CANARY)
    body["borrower"] = body["borrower"] | {"phone": CANARY * 9, "shoe_size": CANARY}
    del body["origin"]
    found = await intake.assert_refused(422, "validation-failed", "POST", CASES, body)
    pointers = {error["pointer"] for error in found["errors"]}
    assert pointers == {"#/favourite_colour", "#/borrower/phone", "#/borrower/shoe_size", "#/origin"}
    assert CANARY not in str(found)
    body = case_body() | {"borrower": case_body()["borrower"] | {"phone": "not-a-number"}}
    found = await intake.assert_refused(422, "invalid-input", "POST", CASES, body)
    assert found["errors"][0]["pointer"] == "#/borrower/phone" and "not-a-number" not in str(found)
    for name, wrong in {"language": "fr", "time_zone": "Mars/Olympus"}.items():
        body = case_body() | {"borrower": case_body()["borrower"] | {name: wrong}}
        found = await intake.assert_refused(422, "validation-failed", "POST", CASES, body)
        assert found["errors"][0]["pointer"] == f"#/borrower/{name}" and wrong not in str(found)
    future = case_body(oldest_unpaid_due_date="2030-01-01")
    await intake.assert_refused(422, "facts-contradict", "POST", CASES, future)
    undated = case_body(oldest_unpaid_due_date=None)
    await intake.assert_refused(422, "facts-contradict", "POST", CASES, undated)


async def test_a_caller_needs_a_token_a_role_and_a_key(intake: Visitor, followup: Visitor, contact: Visitor) -> None:
    issuer = intake.house.issuer
    for token in (
        None,
        "no.token",
        issuer.token(exp=1),
        issuer.token(aud="somebody else"),
        issuer.token(iss="https://elsewhere.test"),
        issuer.token(header={"typ": "JWT"}),
        followup.house.issuer.token(),
    ):
        await intake.assert_refused(401, "unauthorized", "POST", CASES, case_body(), token=token)
        await intake.assert_refused(401, "unauthorized", "GET", CASES, token=token)
    for role in ("risk", "compliance"):
        await intake.assert_refused(403, "forbidden", "POST", CASES, case_body(), role=role)
    await followup.assert_refused(403, "forbidden", "POST", "/payments", posting(), role="manager")
    for key in (None, "", "a b", "x" * 201):
        await intake.assert_refused(400, "idempotency-key-required", "POST", CASES, case_body(), key=key)
    async with contact.leaving_nothing():
        unsigned = await contact.house.client.post("/v1/webhooks/gateway", content=b"{}")
    assert (unsigned.status_code, unsigned.json()["type"].rsplit("/", 1)[-1]) == (401, "webhook-refused")


async def test_a_key_stands_for_one_request(intake: Visitor) -> None:
    first = await intake.send("POST", CASES, case_body("A1"))
    assert first.status_code == 201
    found = await intake.assert_refused(422, "idempotency-key-reused", "POST", CASES, case_body("A2"))
    assert "A2" not in str(found)
    async with intake.leaving_nothing():
        again = await intake.send("POST", CASES, case_body("A1"))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_change_names_the_version_it_read(intake: Visitor) -> None:
    opened = await intake.send("POST", CASES, case_body())
    path, body = f"{CASES}/{opened.json()['case_id']}/assignee", {"assignee": "a-1"}
    put = ("PUT", path, body)
    await intake.assert_refused(428, "precondition-required", *put, role="supervisor", key=None)
    for stale in ('"0"', '"99"'):
        await intake.assert_refused(412, "stale-version", *put, role="supervisor", key=None, etag=stale)
    for garbled in ("1", '"1", "2"', "*", '"one"'):
        await intake.assert_refused(400, "precondition-malformed", *put, role="supervisor", key=None, etag=garbled)
    taken = await intake.send(*put, role="supervisor", key=None, etag=opened.headers["etag"])
    assert (taken.status_code, taken.json()["assignee"]) == (200, "a-1")


async def test_what_is_not_there_is_not_found(
    intake: Visitor, plans: Visitor, followup: Visitor, contact: Visitor
) -> None:
    await intake.assert_refused(404, "case-unknown", "GET", f"{CASES}/{NOWHERE}")
    await plans.assert_refused(404, "unknown-case", "GET", f"{CASES}/{NOWHERE}/offer")
    await followup.assert_refused(404, "not-found", "GET", f"/agreements/{NOWHERE}")
    await contact.assert_refused(404, "case-unknown", "GET", f"{CASES}/{NOWHERE}/contact")
    found = await intake.assert_refused(422, "validation-failed", "GET", f"{CASES}/{CANARY}")
    assert CANARY not in str(found)
    await intake.assert_refused(404, "no-such-path", "GET", "/nothing-here")
    await intake.assert_refused(405, "method-not-allowed", "DELETE", CASES)


async def test_a_permit_is_asked_for_in_known_words(contact: Visitor) -> None:
    asked = {"case_id": str(NOWHERE), "channel": "voice", "purpose": "call_borrower", "message_class": "demand"}
    await contact.assert_refused(404, "case-unknown", "POST", "/permits", asked)
    wrong = {"channel": "pigeon", "purpose": "Not A Code", "message_class": "threat", "case_id": "1", "x": 1}
    for name, value in wrong.items():
        found = await contact.assert_refused(422, "validation-failed", "POST", "/permits", asked | {name: value})
        assert [error["pointer"] for error in found["errors"]] == [f"#/{name}"]
