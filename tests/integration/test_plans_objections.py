"""Objections: answered from the borrower's own numbers, and what each version changes of the one before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.plans.vocabulary import ObjectionReason
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house

BORROWER = {"subject": "svc-portal", "x_acting_for": "borrower:B1"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


@pytest.mark.practice("000-07", "000-08")
async def test_every_worry_is_answered_and_the_offer_stays_open(house: House) -> None:
    case = await house.offered()
    document = (await house.get(f"{case.path}/offer")).json()["document"]
    said = set()
    for reason in ObjectionReason:
        body = {"objection": reason, "own_words": f"worry {reason}"}
        answer = await house.post(f"{case.plan()}/objections", body, f"k-{reason}", "system", **BORROWER)
        assert answer.status_code == 201, answer.text
        found = answer.json()["answer"]
        assert "{" not in found["zh"] + found["en"]
        assert found["numbers"]["total"] == f"{document['total']['currency']} {document['total']['amount']}"
        said.add(found["en"])
    assert len(said) == len(ObjectionReason), "each reason has an answer of its own"
    kept = (await house.get(f"{case.plan()}/objections")).json()["items"]
    assert {one["own_words"] for one in kept} == {f"worry {reason}" for reason in ObjectionReason}
    assert (await house.get(f"{case.path}/offer")).json()["state"] == "ISSUED"


async def test_the_same_worry_again_is_the_one_there_is(house: House) -> None:
    case = await house.offered()
    for key, words in (("k1", "too much"), ("k2", "still too much")):
        worry = {"objection": "INSTALMENT_TOO_HIGH", "own_words": words}
        assert (await house.post(f"{case.plan()}/objections", worry, key, "system", **BORROWER)).status_code == 201
    [kept] = (await house.get(f"{case.plan()}/objections")).json()["items"]
    assert kept["own_words"] == "still too much"
    body = {"objection": "INSTALMENT_TOO_HIGH", "wanted_months": 24}
    countered = await house.post(f"{case.plan()}/counter", body, "k3", "system", **BORROWER)
    assert countered.json()["objection_id"] == kept["objection_id"]
    [kept] = (await house.get(f"{case.plan()}/objections")).json()["items"]
    assert (kept["own_words"], kept["wanted_months"]) == ("still too much", 24)


@pytest.mark.practice("001-13", "004-06")
async def test_each_version_says_what_it_answers_and_what_it_changes(house: House) -> None:
    case = await house.offered()
    body = {"objection": "INSTALMENT_TOO_HIGH", "wanted_months": 24}
    countered = await house.post(f"{case.plan()}/counter", body, "k1", "system", **BORROWER)
    assert countered.json()["answer"]["reason"] == "INSTALMENT_TOO_HIGH"
    assert (await house.draft(case, "k2", instalments=24)).status_code == 201
    first, second = (await house.get(f"{case.plan()}/versions")).json()["items"]
    assert (first["state"], first["changes"]) == ("COUNTERED", [])
    assert second["answers_objection"] == countered.json()["objection_id"]
    changed = {change["field"]: (change["before"], change["after"]) for change in second["changes"]}
    assert changed["instalments"] == ("18", "24")
    assert {"payment", "total", "end_date"} <= set(changed) and "first_due_date" not in changed


@pytest.mark.practice("000-06", "002-04", "003-09", "004-03")
@pytest.mark.rule("CN-14", "CN-23")
async def test_an_offer_says_what_each_side_gives_and_what_is_reported(house: House) -> None:
    case = await house.offered(relief_type="INT_STOP", instalments=12)
    document = (await house.get(f"{case.path}/offer")).json()["document"]
    assert {(one["concession"], one["commitment"]) for one in document["exchanges"]} == {
        ("no_interest", "pay_each_due_date")
    }
    told = {item for section in document["sections"] for item in section["says"]}
    assert told >= {
        "balance_structure_currency", "period_method_currency_date_amount", "whether_fees_and_interest",
        "no_new_card_until_settled", "rights_duties_breach", "other",
    }  # fmt: skip
    assert document["reporting"]["keep_years"] == 5 and "5年" in document["reporting"]["zh"]
    assert document["approved_level"] == "supervisor"
