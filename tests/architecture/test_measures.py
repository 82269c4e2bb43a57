"""Measures come from the schema `reporting` alone: what they are computed from is what was said on the topics."""

import re
from pathlib import Path

import pytest

from services.followup.models.measures import SCHEMA

REPOSITORY = Path(__file__).resolve().parents[2] / "services/followup/repository"
# "extract(epoch FROM ...)" takes a part of an instant.
TABLE = re.compile(r"(?<!epoch )\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:LATERAL\s+)?([a-z_][a-z_.]*)")
FUNCTIONS = {"unnest"}
WITHIN = re.compile(r"(?:WITH|,)\s+([a-z_]+) AS \(")


def tables_of(source: str) -> set[str]:
    """The tables that statements in a source name, without those that a statement makes for itself."""
    return set(TABLE.findall(source)) - set(WITHIN.findall(source)) - FUNCTIONS


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("measured.py", {"happening", "measured_case", "month_standing"}),
        ("measures.py", {"happening", "measured_case", "month_standing"}),
    ],
)
def test_measures_read_and_write_the_schema_of_measures_alone(name: str, tables: set[str]) -> None:
    assert tables_of((REPOSITORY / name).read_text("utf-8")) == {f"{SCHEMA}.{table}" for table in tables}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM reporting.happening h JOIN agreement USING (case_id)",
        "WITH told AS (SELECT * FROM agreement) SELECT * FROM told, LATERAL (SELECT FROM agreement) AS x",
        "INSERT INTO agreement (case_id) SELECT case_id FROM unnest(:ids)",
    ],
)
def test_another_table_is_seen(statement: str) -> None:
    assert "agreement" in tables_of(statement) and not tables_of(statement) & {"told", "unnest"}
