"""Rows that repositories make objects of by themselves, as the first thing a process does."""

import subprocess
import sys

import pytest

FOLLOWUP = """
from services.followup.models import Agreement, Instalment
from services.common.runtime.rows import row_object

for model in (Agreement, Instalment):
    columns = tuple(model.model_fields)
    found = row_object(model, columns, columns)
    found.state = "set"
    assert (found.state, found.agreement_id) == ("set", "agreement_id")
"""
INTAKE = """
from services.intake.models import CollectionsCase
from services.intake.repository.cases import _case

found = _case(tuple(CollectionsCase.model_fields))
found.state = "set"
assert (found.state, found.case_id) == ("set", "case_id")
"""
PLANS = """
from services.plans.models import Negotiation, Plan
from services.plans.repository.rows import take

for model in (Negotiation, Plan):
    found = take(model, "x", {f"x_{name}": name for name in model.model_fields})
    found.round = "set"
    assert (found.round, dict(found)["case_id"]) == ("set", "case_id")
"""


@pytest.mark.parametrize("code", [FOLLOWUP, INTAKE, PLANS], ids=["followup", "intake", "plans"])
def test_an_object_can_be_changed_before_the_orm_was_ever_used(code: str) -> None:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
