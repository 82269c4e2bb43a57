"""Markers name rules and practices that there are, and the printed lists leave none of them out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.common.kernel.services import Service
from services.common.packs.loader import load_packs
from tools import generate_practices, generate_rules
from tools.covered import NOTHING, marked, named, numbered
from tools.practice_numbers import numbers

RULES = generate_rules.documents()[generate_rules.PATH]
PRACTICES = generate_practices.documents()[generate_practices.PATH]


def first_column(page: str) -> list[str]:
    return [id for id in re.findall(r"^\| ([A-Z0-9]+-\d{2}[a-z]?) \|", page, re.MULTILINE)]


def test_every_rule_has_one_row() -> None:
    printed = first_column(RULES)
    known = {rule.id for rule in load_packs().every()} | {rule.id for rule in generate_rules.ours()}
    assert len(printed) == len(set(printed)) and set(printed) == known


def test_every_practice_has_one_row() -> None:
    known = generate_practices.practices()
    assert first_column(PRACTICES) == list(known)
    assert [f"{text}-{n:02}" for text, last in enumerate([12, 13, 21, 12, 12]) for n in range(1, last + 1)] == [
        id.removeprefix("00") for id in known
    ]
    for practice in known.values():
        assert (
            {"service", "says", "source", "code"}
            <= set(practice)
            <= {"service", "says", "source", "code", "policy", "rules"}
        )
        assert practice["source"] and practice["says"]
        Service(practice["service"])


def test_a_practice_that_has_tests_names_the_code_that_makes_it_true() -> None:
    tests = marked("practice")
    for id, practice in generate_practices.practices().items():
        assert bool(practice["code"]) == (id in tests), f"docs/practices.yaml: code of {id}"


def test_markers_name_what_there_is() -> None:
    assert set(marked("rule")) - set(first_column(RULES)) == set()
    assert set(marked("practice")) - set(generate_practices.practices()) == set()


def test_a_row_shows_code_numbers_source_and_tests() -> None:
    row = next(line for line in RULES.splitlines() if line.startswith("| US-04 |"))
    for part in (
        "`max_calls` 7 (lower)", "presumption", "lender adopted, agency binding", "REGF 1006.14(b)(2)-(3)",
        "`contact.domain.call_frequency.call_frequency`", "[test_cases](../../tests/unit/calc/test_cases.py)",
    ):  # fmt: skip
        assert part in row, part


def test_what_nobody_names_is_not_covered(tmp_path: Path) -> None:
    (tmp_path / "services" / "x").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "services/x/rules.py").write_text('"""The calls of US-04; not US-040, XUS-05 or 2000-01."""\n')
    (tmp_path / "tests/test_x.py").write_text('import pytest\n\n@pytest.mark.rule("US-04")\ndef test_x(): ...\n')
    assert named(["US-04", "US-05", "000-01"], tmp_path) == {"US-04": ["services/x/rules.py"]}
    assert marked("rule", tmp_path) == {"US-04": ["tests/test_x.py"]}
    assert marked("practice", tmp_path) == {}


def test_ids_that_a_helper_of_the_tests_marks_with_are_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    helper = "def shows(case, *rules):\n    return pytest.param(case, marks=pytest.mark.rule(*rules))\n"
    other = "def other(case, *rules): ...\n"
    uses = 'CASES = [shows("US-03", "US-04", "US-05"), other("x", "US-06")]\n'
    (tmp_path / "tests/test_x.py").write_text(f"import pytest\n\n{helper}{other}{uses}")
    assert marked("rule", tmp_path) == {"US-04": ["tests/test_x.py"], "US-05": ["tests/test_x.py"]}


def test_a_rule_that_binds_as_data_is_found_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "services" / "x").mkdir(parents=True)
    (tmp_path / "services/x/caps.py").write_text('rules = terms.having("max_calls")\nunit = "debt"\n')
    (tmp_path / "services/x/other.py").write_text('word = "max_calls"\n')
    names = {"US-04": {"max_calls"}, "US-05": {"wait_days"}, "US-06": {"debt"}}
    assert numbered(names, tmp_path) == {"US-04": ["services/x/caps.py"]}


def test_a_practice_shows_code_numbers_days_source_and_tests() -> None:
    row = next(line for line in PRACTICES.splitlines() if line.startswith("| 003-11 |"))
    for part in (
        "[followup/domain/credit_disputes](../../services/followup/domain/credit_disputes.py)",
        "[followup/policy/credit_disputes](../../services/followup/policy/credit_disputes.yaml): `answer_days` 20 (",
        "US-27: `answer_days` 30 (from the start)", "The borrower's side, 6.1: look at the credit record",
        "[test_followup_credit_disputes](../../tests/integration/test_followup_credit_disputes.py)",
    ):  # fmt: skip
        assert part in row, part


def test_a_number_that_changes_is_shown_with_its_days() -> None:
    days = {"followup/policy/follow_up.yaml": ["packs.cn.to_business_day", "packs.cn.grace_days"]}
    assert numbers(days, {}).endswith(
        "`packs.cn.to_business_day` no (from the start until 2026-12-01), then yes (from 2026-12-01), "
        "`packs.cn.grace_days` 3 (from the start)"
    )


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        ({"followup/policy/follow_up.yaml": ["packs.cn.no_such_days"]}, {}),
        ({"followup/policy/no_such.yaml": ["grace_days"]}, {}),
        ({"contact/policy/cadence.yaml": ["steps.message"]}, {}),
        ({}, {"US-27": ["no_such_days"]}),
        ({}, {"US-99": ["answer_days"]}),
    ],
)
def test_a_number_that_is_not_there_is_an_error(policy: dict[str, list[str]], rules: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="no"):
        numbers(policy, rules)


def test_code_that_is_not_there_is_an_error() -> None:
    practice = {"service": "contact", "says": "Something is done", "source": "1.1: why", "code": ["contact/gone.py"]}
    with pytest.raises(ValueError, match=r"contact/gone\.py"):
        generate_practices.row("000-01", practice, [])


def test_a_practice_without_code_and_tests_is_said_to_be_open() -> None:
    practice = {"service": "contact", "says": "Something is done", "source": "1.1: why", "code": []}
    assert generate_practices.row("000-01", practice, []) == (
        f"| 000-01 | Something is done | contact | {NOTHING} |  | Agents' skills, 1.1: why | {NOTHING} |"
    )
    assert generate_practices.row("000-01", practice, ["tests/unit/test_x.py"]).count(NOTHING) == 1


def test_a_rule_of_the_code_without_tests_is_said_to_be_open() -> None:
    further = RULES[RULES.index("## What else the code asks") :]
    assert not [line for line in further.splitlines() if line.startswith("|") and line.endswith("|  |")]
