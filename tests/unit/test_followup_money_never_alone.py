"""Amount recovered is never shown without what it cost (CN-29)."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from services.followup.domain import kpis
from services.followup.domain.kpi_facts import Facts
from services.followup.domain.kpis import KPIS, may_be_shown, measure

COMPANIONS = ("complaint_rate", "plan_completion", "redefault_6m")
RECOVERED = Facts(values={("entry_balance", "CNY"): Decimal(1000), ("recovered_pv", "CNY"): Decimal(250)})


def without(name: str) -> Mapping[str, Mapping[str, kpis.Compute]]:
    """The measures without one of them."""
    return {group: {known: how for known, how in found.items() if known != name} for group, found in KPIS.items()}


@pytest.mark.rule("CN-29")
def test_amount_recovered_may_not_stand_alone() -> None:
    assert not may_be_shown(frozenset({"recovery_rate"}))
    assert may_be_shown(frozenset({"recovery_rate", *COMPANIONS}))
    assert may_be_shown(frozenset({"connect_rate"})), "what is no amount needs nothing beside it"


@pytest.mark.rule("CN-29")
@pytest.mark.parametrize("missing", COMPANIONS)
def test_a_report_that_lacks_what_belongs_beside_it_is_refused(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    assert not may_be_shown(frozenset({"recovery_rate", *COMPANIONS}) - {missing})
    found = {kpi.name: kpi.value for group in measure(RECOVERED).values() for kpi in group}
    assert found["recovery_rate"] == "25.00%" and set(COMPANIONS) <= found.keys()
    monkeypatch.setattr(kpis, "KPIS", without(missing))
    with pytest.raises(ValueError, match="does not stand alone"):
        measure(RECOVERED)


@pytest.mark.rule("CN-29")
def test_a_report_without_amounts_needs_no_companions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kpis, "KPIS", {"contact": KPIS["contact"]})
    assert set(measure(RECOVERED)) == {"contact"}
