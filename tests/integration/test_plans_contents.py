"""What a rule wants an agreement to say and its words do not: neither submitted nor offered, and nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.plans.policies import load_policies
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.refusing import Visitor

WANTS_MORE = """pack: cn
tighten:
- id: CN-14
  effective_from: 2026-01-01
  source: board
  reviewed: 2025-11-22
  parameters:
    agreement_contents:
    - balance_structure_currency
    - period_method_currency_date_amount
    - whether_fees_and_interest
    - no_new_card_until_settled
    - rights_duties_breach
    - other
    - insurance_cover
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """The rules of a bank that wants its agreements to speak of insurance, which its words do not."""
    folder = tmp_path / "overlay"
    folder.mkdir()
    (folder / "cn.yaml").write_text(WANTS_MORE, "utf-8")
    return folder


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def refused(answer: httpx.Response) -> None:
    """Refused for what CN-14 asks for, by name and in both languages."""
    assert answer.status_code == 409, answer.text
    said: dict[str, Any] = answer.json()
    assert said["type"].rpartition("/")[2] == "agreement-contents-missing"
    assert (said["rules"], said["missing"]) == (["CN-14"], {"CN-14": ["insurance_cover"]})
    assert said["detail"] == "the words of the agreement lack CN-14: insurance_cover"


@pytest.mark.rule("CN-14")
async def test_no_version_is_submitted_whose_agreement_would_not_say_enough(
    databases: Databases, tmp_path: Path, overlay: Path
) -> None:
    async with plans_house(databases, tmp_path, overlay) as house:
        case = await house.reviewed()
        drafted = await house.draft(case)
        before = await Visitor(house).rows()
        refused(await house.submit(case, drafted.headers["etag"]))
        assert await Visitor(house).rows() == before
        assert (await house.get(case.plan())).json()["state"] == "DRAFTED"


@pytest.mark.rule("CN-14")
async def test_no_offer_is_made_when_the_rule_asks_for_more_by_then(house: House, overlay: Path) -> None:
    case, submitted = await house.submitted()
    agreed, before = house.context.policies, await Visitor(house).rows()
    object.__setattr__(house.context, "policies", load_policies(overlay))
    refused(await house.decide(case, submitted))
    assert await Visitor(house).rows() == before, "neither signature nor offer, message, event or mark"
    assert (await house.get(f"{case.path}/offer")).status_code == 404
    object.__setattr__(house.context, "policies", agreed)
    assert (await house.decide(case, submitted)).json()["state"] == "OFFERED", "once the words are there it is signed"
