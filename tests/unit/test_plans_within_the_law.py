"""How long a plan may run: the house's catalogue, and the packs of the case where they allow less."""

from datetime import date
from pathlib import Path

import pytest

from services.plans.domain.catalogue import ReliefType
from services.plans.policies import Policies, load_policies

DAY = date(2026, 12, 15)
TIGHTER = """
pack: cn
tighten:
  - id: CN-14
    effective_from: 2026-12-01
    source: decision of the board
    reviewed: 2026-11-22
    parameters: {max_instalments_months: 24}
"""


def longest(policies: Policies, pack: str, product: str, day: date = DAY) -> int:
    return policies.catalogue(day, pack, product).terms(ReliefType.INT_STOP).max_instalments[product]


@pytest.fixture
def tightened(tmp_path: Path) -> Policies:
    (tmp_path / "cn.yaml").write_text(TIGHTER, "utf-8")
    return load_policies(tmp_path)


@pytest.mark.rule("CN-14")
def test_a_card_plan_runs_no_longer_than_the_pack_allows(tightened: Policies) -> None:
    assert longest(load_policies(), "cn", "credit_card") == 60
    assert longest(tightened, "cn", "credit_card") == 24
    assert longest(tightened, "cn", "credit_card", date(2026, 11, 30)) == 60, "not before its first day"


@pytest.mark.rule("CN-14")
def test_other_products_and_other_packs_keep_the_catalogue(tightened: Policies) -> None:
    assert longest(tightened, "cn", "personal_loan") == 60
    assert longest(tightened, "uk", "credit_card") == 60
    assert longest(tightened, "sample", "credit_card") == 60
    assert longest(tightened, "cn+uk", "credit_card") == 24, "of several packs the strictest"


def test_a_decision_keeps_the_packs_it_was_taken_by(tightened: Policies) -> None:
    kept = tightened.versions(DAY, "cn")["packs"]
    assert kept != load_policies().versions(DAY, "cn")["packs"] and "cn" in kept
