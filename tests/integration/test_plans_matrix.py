"""The matrix of authority as it is shown, before and after a submission, and the marks told with an approval."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.contact.checked_texts import meanings
from services.contact.domain.language import check
from services.contact.template_files import LANGUAGES, Language
from tests.databases import Databases
from tests.integration.plans_house import MANAGER, House, plans_house
from tests.integration.plans_people import RISK, of_manager, problem

#: What is said to make an approval look like a favour that was hard to get.
INVENTED: dict[Language, str] = {
    "zh": "这个减免很难申请到的，我求了领导好久",
    "en": "This is really hard to get, I had to beg my boss for it.",
}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_the_matrix_that_is_shown_is_the_one_that_is_decided_by(house: House) -> None:
    bare = (await house.get("/v1/authority")).json()
    assert bare["plan"] is None and [one["level"] for one in bare["matrix"]["limits"]][-1] == "manager"
    case, _ = await of_manager(house)
    shown = (await house.get(f"/v1/authority?case_id={case.case_id}")).json()
    limits = {one["level"]: one for one in shown["matrix"]["limits"]}
    assert (limits["supervisor"]["waived"], limits["supervisor"]["extension_months"]) == ("2000", 24)
    plan = shown["plan"]
    assert (plan["level"], plan["submitted"], plan["policy"]) == ("manager", True, shown["matrix"]["policy"])
    assert plan["why"][0]["sentence"] == {
        "zh": "期限延长28个月，须由经理批准。",
        "en": "The term grows by 28 months: the manager may grant that.",
    }
    [cosign] = [one for one in plan["signatures"] if one["part"] == "risk"]
    assert cosign["reasons"][0]["en"] == "From the manager's level on, risk signs too."
    same = (await house.get(f"/v1/authority?plan_id={case.plan_id()}")).json()
    assert same["plan"] == plan
    assert problem(await house.get(f"/v1/authority?plan_id={case.case_id}")) == "404 unknown-plan"
    assert problem(await house.get(f"/v1/authority?case_id={case.plan_id()}")) == "404 unknown-case"


@pytest.mark.practice("002-21")
async def test_who_really_decides_is_shown_and_scarcity_is_not_invented(house: House) -> None:
    """The level is that of the matrix, and so are the words; words that make it scarcer are stopped."""
    case, submitted = await of_manager(house)
    shown = (await house.get(f"/v1/authority?case_id={case.case_id}")).json()
    limits = [one["extension_months"] for one in shown["matrix"]["limits"]]
    measured = next(one for one in shown["plan"]["why"] if one["level"] == "manager")
    assert limits[-2] < 28 <= limits[-1], "just the level whose limits the concession is within, and no higher one"
    signed = await house.decide(case, submitted, subject=MANAGER, role="manager")
    await house.decide(case, signed, subject=RISK, role="risk")
    document = (await house.get(f"{case.path}/offer")).json()["document"]
    assert document["approved_level"] == shown["plan"]["level"] == "manager"
    said = [measured["sentence"], *(reason for one in shown["plan"]["signatures"] for reason in one["reasons"])]
    for language in LANGUAGES:
        told = [one[language] for one in said] + [one[language] for one in document["key_terms"]]
        assert not [text for text in told if "fake_scarcity_of_authority" in meanings(check(text, language))[0]]
    for language, text in INVENTED.items():
        assert "fake_scarcity_of_authority" in meanings(check(text, language))[1], "nobody may send it"


async def test_a_draft_says_whom_it_would_need(house: House) -> None:
    case = await house.reviewed()
    await house.draft(case, instalments=30)
    plan = (await house.get(f"/v1/authority?case_id={case.case_id}")).json()["plan"]
    assert (plan["level"], plan["submitted"], plan["expires_at"]) == ("supervisor", False, None)


async def test_marks_are_decided_with_the_approval_and_told(house: House) -> None:
    case = await house.offered()
    shown = (await house.get(case.plan())).json()
    flags = {one["code"]: one for one in shown["flags"]}
    assert flags["cn_restructured"]["starts_on"] == shown["first_due_date"]
    assert (flags["cn_class_floor"]["value"], flags["cn_class_floor"]["rules"]) == (
        "SPECIAL_MENTION", ["CN-19", "CN-20", "CN-22"],
    )  # fmt: skip
    [told] = [body for name, body in await house.outbox(case) if name == "plan.approved"]
    assert {one["code"] for one in told["flags"]} == set(flags)
    assert await house.scalar("SELECT count(*) FROM regulatory_flag WHERE pack_versions LIKE 'cn-%'") == 2
