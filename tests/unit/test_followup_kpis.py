"""The list of measures: what is asked of a house like this is computed, or left out with a reason."""

import re
from pathlib import Path

from services.followup.domain.kpis import KPIS
from services.followup.kpi_words import kpi_words

README = Path(__file__).resolve().parents[2] / "services/followup/README.md"
ASKED = {
    "connect_rate", "rpc_rate", "rpc_rate_connected", "penetration", "promise_rate", "kept_rate", "kept_rate_amount",
    "broken_promise_rate", "roll_rate", "cure_rate", "self_cure_rate", "redefault_3m", "redefault_6m",
    "redefault_12m", "plan_conversion", "plan_completion", "plan_adherence", "time_to_first_contact",
    "time_to_decision", "time_to_activation", "statutory_compliance", "evidence_turnaround",
    "evidence_first_time_right", "approval_touch_time", "approval_return_rate", "recovery_rate", "concession_cost",
    "affordability_tight", "complaint_rate", "blocked_contacts", "override_rate", "phrase_violations",
    "care_identified", "outcome_fairness", "satisfaction", "feedback_response", "escalations_in_time",
    "core_sync_lag", "core_mismatches",
}  # fmt: skip
"""Every measure of the list that a collections house is asked for, by the name it has here."""

LEFT_OUT = {"QA score", "Distress handled right", "Upheld share of complaints", "By channel"}
BESIDE_THE_LIST = {"tasks_in_time"}


def of_readme() -> tuple[list[str], dict[str, str]]:
    """Measures that the README names, and what it says is left out, with why."""
    section = README.read_text("utf-8").partition("\n## Measures\n")[2].partition("\n## ")[0]
    computed, _, left_out = section.partition("Left out:")
    names = [name for row in re.findall(r"^\| .* \| (`.*) \|$", computed, re.M) for name in re.findall(r"`(\w+)`", row)]
    reasons = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", left_out, re.M))
    return names, {what: why for what, why in reasons.items() if what not in {"what", "---"}}


def test_the_measures_are_those_that_are_asked_for_and_the_readme_says_so() -> None:
    computed = {name for group in KPIS.values() for name in group}
    named, left_out = of_readme()
    assert computed == ASKED | BESIDE_THE_LIST
    assert sorted(named) == sorted(computed), "each is named once"
    assert set(left_out) == LEFT_OUT and all(left_out.values()), "what is left out is named with a reason"
    assert set(kpi_words()) == computed
