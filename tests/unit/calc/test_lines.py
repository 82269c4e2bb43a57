"""The command: a line in, a line out; what cannot be answered says what to write, and the rest is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from forbear.calc.answers import Calculator
from forbear.calc.offered import offered
from forbear.commands.calc import app
from services.common.kernel.formula import Formula, formula, printable
from services.common.kernel.percent import percent
from services.common.packs.loader import load_packs

GOOD = {"id": "a", "formula": "uk_breathing_space", "inputs": {"registered": "2026-03-02"}}
CALCULATOR = Calculator(offered(), load_packs(), date(2026, 11, 22))


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Floor:
    loss_over_days: int


@dataclass(frozen=True, slots=True)
class Given:
    day: date


@dataclass(frozen=True, slots=True)
class Inner:
    rate: Decimal
    day: date | None


def line(**changes: Any) -> bytes:
    return json.dumps(GOOD | changes).encode()


def run(text: bytes | str, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    done = CliRunner().invoke(app, arguments, input=text)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, [json.loads(said) for said in done.stdout.splitlines()], done.stderr


def test_all_good_lines_end_with_0() -> None:
    code, answers, _ = run(line() + b"\n\n" + line(id=2) + b"\n")
    assert code == 0
    assert [answer["id"] for answer in answers] == ["a", 2]
    assert answers[0]["outputs"]["start"] == "2026-03-03"


def test_a_bad_line_ends_with_1_and_stops_no_other() -> None:
    code, answers, _ = run(b"nonsense\n" + line(formula="zz") + b"\n" + line())
    assert code == 1
    assert [set(answer) for answer in answers] == [{"id", "error"}, {"id", "error"}, {"id", "outputs"}]
    assert [answer["id"] for answer in answers] == [None, "a", "a"]


def test_nothing_in_is_nothing_out() -> None:
    assert run("") == (0, [], "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"x"', "not a JSON object"),
        (b"{}", "id and formula and inputs missing"),
        (b'{"formula": "retention", "inputs": {}}', "id missing"),
        (line(formula="no_such"), "contact_rates, contact_window"),
        (line(formula=None), "use one of"),
        (line(formula=["x"]), "use one of"),
        (line(inputs=None), "uk_breathing_space takes registered"),
        (line(inputs=[]), "uk_breathing_space takes registered"),
        (line(inputs={}), "inputs.registered: Field required"),
        (line(inputs={"registered": "2026-02-30"}), "inputs.registered: Input should be a valid date"),
        (line(inputs={"registered": "02.03.2026"}), "YYYY-MM-DD"),
        (line(inputs={"registered": "2026-03-02T00:00:00"}), "YYYY-MM-DD"),
        (line(inputs={"registered": 20260302}), "valid date"),
        (line(inputs={"registered": None}), "valid date"),
        (line(inputs={"registered": "2026-03-02", "days": 60}), "inputs.days: Unexpected keyword argument"),
        (line(inputs={"registered": "9999-12-30"}), "beyond what can be computed"),
        (
            line(inputs={"registered": "1999-12-31"}),
            "UK-12 is not in force on 1999-12-31; it is from 2000-01-01 on",
        ),
        (line(formula="retention", inputs={}), "give at least one"),
        (line(formula="us_validation_period", inputs={"sent": "9999-12-30", "federal_holidays_used": []}), "beyond"),
    ],
)
def test_what_cannot_be_answered_says_what_to_write(text: bytes, reason: str) -> None:
    answer = CALCULATOR.answer(text)
    assert set(answer) == {"id", "error"} and reason in answer["error"], answer


RATES = {key: 1 for key in ("attempts", "connected", "right_party", "ptp_made", "accounts_worked", "accounts_with_rpc")}


@pytest.mark.parametrize("wrong", [-1, 1.5, "1", True, None, 1e400])
def test_a_count_is_a_whole_number_from_0(wrong: object) -> None:
    assert "error" in CALCULATOR.answer(line(formula="contact_rates", inputs=RATES | {"connected": wrong}))


WINDOW = {"date": "2026-07-15", "candidate_time_zones": ["Asia/Shanghai"], "local_start": "08:00", "local_end": "21:00"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"candidate_time_zones": []}, "name every zone"),
        ({"candidate_time_zones": "Asia/Shanghai"}, "valid array"),
        ({"candidate_time_zones": ["Asia/Shanghai", "Nowhere/Land"]}, "no IANA zone"),
        ({"candidate_time_zones": ["America"]}, "no IANA zone"),  # a folder of zones
        ({"candidate_time_zones": ["../UTC"]}, "no IANA zone"),
        ({"candidate_time_zones": [""]}, "no IANA zone"),
        ({"local_start": "21:00"}, "local_end must come after"),
        ({"local_start": "22:00", "local_end": "08:00"}, "a night is two windows"),
        ({"local_start": "08:00Z"}, "are written 08:00"),
        ({"local_end": "20:59:30"}, "are written 08:00"),
        ({"local_end": "24:00"}, "inputs.local_end"),
        ({"date": "9999-12-31", "local_end": "23:59", "candidate_time_zones": ["Pacific/Honolulu"]}, "beyond"),
    ],
)
def test_hours_that_are_none(changes: dict[str, Any], reason: str) -> None:
    answer = CALCULATOR.answer(line(formula="contact_window", inputs=WINDOW | changes))
    assert reason in answer.get("error", ""), answer


def test_values_of_a_person_are_not_repeated() -> None:
    said = CALCULATOR.answer(line(inputs={"registered": "Wang Wei 13800000000"}))["error"]
    assert "Wang" not in said and "138" not in said


def test_numbers_come_from_the_packs_and_the_overlay(tmp_path: Path) -> None:
    (tmp_path / "us.yaml").write_text(
        "pack: us\ntighten:\n- {id: US-04, effective_from: 2026-06-01, source: board, reviewed: 2026-05-01, "
        "parameters: {max_calls: 1}}\n"
    )
    asked = [
        line(formula="us_call_frequency", inputs={"prior_connected_calls": [day], "wanted_date": day})
        for day in ("2026-05-31", "2026-06-01")
    ]
    code, answers, _ = run(b"\n".join(asked), "--overlay", str(tmp_path))
    assert code == 0
    assert [answer["outputs"]["allowed"] for answer in answers] == [True, False]


def test_a_wrong_overlay_ends_with_2_before_any_line(tmp_path: Path) -> None:
    (tmp_path / "us.yaml").write_text("pack: us\nrules: []\n")
    code, answers, said = run(line(), "--overlay", str(tmp_path))
    assert (code, answers) == (2, [])
    assert f"{tmp_path}/us.yaml:2: rules: Extra inputs are not permitted" in said


def test_help_teaches_and_the_list_names_every_formula() -> None:
    helped = CliRunner().invoke(app, ["--help"]).stdout
    assert '"formula": "uk_breathing_space"' in helped and "forbear calc < cases.jsonl" in helped
    listed = CliRunner().invoke(app, ["--list"]).stdout
    assert all(name in listed for name in offered()) and "US-04, US-05" in listed


def test_a_formula_without_a_day_takes_the_rules_of_the_day_asked_for() -> None:
    @formula("test_floor", floor="CN-19")
    def floor_of(given: Nothing, floor: Floor) -> dict[str, int]:
        return {"loss": floor.loss_over_days}

    known = {"f": Formula("f", "", "here", Nothing, {"floor": ("CN-19", Floor)}, None, floor_of)}
    asked = json.dumps({"id": 1, "formula": "f", "inputs": {}}).encode()
    assert Calculator(known, load_packs(), date(2023, 7, 1)).answer(asked) == {"id": 1, "outputs": {"loss": 360}}
    assert "CN-19 is not in force" in Calculator(known, load_packs(), date(2023, 6, 30)).answer(asked)["error"]


def test_a_name_is_of_one_formula_and_every_number_has_a_rule() -> None:
    def one(given: Given) -> date:
        return given.day

    def other(given: Given, terms: Given) -> date:
        return terms.day

    formula("test_same")(one)
    with pytest.raises(ValueError, match="is defined at"):
        formula("test_same", terms="XX-01")(other)
    with pytest.raises(ValueError, match="not the same arguments"):
        formula("test_other")(other)


def test_results_as_json() -> None:
    assert printable({"a": (Inner(Decimal("1.50"), date(2026, 1, 2)), Inner(Decimal(0), None)), "b": True}) == {
        "a": [{"rate": "1.50", "day": "2026-01-02"}, {"rate": "0", "day": None}],
        "b": True,
    }


@pytest.mark.parametrize(
    ("part", "whole", "places", "said"),
    [(1, 3, 2, "33.33%"), (1, 8, 0, "13%"), (Decimal("0.005"), 100, 2, "0.01%"), (5, 0, 2, "n/a"), (3, 2, 1, "150.0%")],
)
def test_shares(part: int | Decimal, whole: int, places: int, said: str) -> None:
    assert percent(part, whole, places) == said


def test_a_share_of_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        percent(1, -1)
