"""`forbear plan`: a situation as JSON in, a table, JSON or a picture out."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from forbear.commands.plan import app
from forbear.plan.examples import situations
from forbear.plan.situation import schema

EXAMPLES = {one["id"]: one for one in situations()}
CLI = CliRunner()


def run(*arguments: str, situation: Any = None) -> Any:
    given = situation if isinstance(situation, str) else None if situation is None else json.dumps(situation)
    return CLI.invoke(app, list(arguments), input=given)


def planned(situation: Any) -> dict[str, Any]:
    done = run("--json", situation=situation)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def changed(name: str, **changes: Any) -> dict[str, Any]:
    """An example with members replaced; `a__b` is b in a."""
    made = json.loads(json.dumps(EXAMPLES[name]))
    for path, value in changes.items():
        *outer, last = path.split("__")
        place = made
        for one in outer:
            place = place[one]
        place[last] = value
    return dict(made)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_the_published_form_and_is_answered_in_every_way(name: str, tmp_path: Path) -> None:
    Draft202012Validator(schema()).validate(EXAMPLES[name])
    found = planned(EXAMPLES[name])
    assert len(found["options"]) == 17
    assert all(option["eligible"] or any(not one["passed"] for one in option["reasons"]) for option in found["options"])
    english, chinese = run(situation=EXAMPLES[name]), run("--lang", "zh", "--chart", situation=EXAMPLES[name])
    assert english.exit_code == chinese.exit_code == 0
    for option in found["options"]:
        assert option["name_en"] in english.stdout and option["name_zh"] in chinese.stdout
    assert "-0.00%" not in english.stdout
    picture = tmp_path / "schedules.svg"
    assert run("--chart", str(picture), situation=EXAMPLES[name]).exit_code == 0
    assert picture.read_bytes().startswith(b"<svg")


def test_a_file_and_the_three_kinds_of_picture(tmp_path: Path) -> None:
    source = tmp_path / "situation.json"
    source.write_text(json.dumps(EXAMPLES["card"]), "utf-8")
    for suffix, start in (("png", b"\x89PNG"), ("pdf", b"%PDF"), ("SVG", b"<svg")):
        picture = tmp_path / f"picture.{suffix}"
        done = run(str(source), "--chart", str(picture))
        assert done.exit_code == 0 and picture.read_bytes().startswith(start)
    assert "Instalments without interest" in run(str(source)).stdout


def test_the_numbers_of_an_option_are_all_there() -> None:
    (stop,) = [one for one in planned(EXAMPLES["card"])["options"] if one["relief_type"] == "INT_STOP"]
    assert stop["eligible"] and stop["instalments"] == 40 and stop["waived"]["amount"] == "520.00"
    assert sum(float(line["amount"]["amount"]) for line in stop["schedule"]) == pytest.approx(51840.45)
    assert stop["gain"]["given_up_percent"] == "0.99" and stop["gain"]["saved"]["amount"] == "520.00"
    assert stop["comparison"]["diminished_over_threshold"] is True


def test_a_deficit_is_referred_to_debt_advice() -> None:
    found = planned(EXAMPLES["deficit"])
    assert found["debt_advice"]["en"].startswith("Nothing is left")
    assert [one["relief_type"] for one in found["options"] if one["eligible"]] == ["HOLD_INTERIM", "REDUCED"]
    assert "free debt advice" in run(situation=EXAMPLES["deficit"]).stdout


def test_the_cause_stands_in_no_answer() -> None:
    for name in EXAMPLES:
        cause = EXAMPLES[name]["borrower"].get("hardship_reason")
        assert cause is None or cause not in run("--json", situation=EXAMPLES[name]).stdout


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ("", "not JSON"),
        ("[1]", "not a JSON object"),
        ("\ud83d", "not JSON"),
        ({}, "day: Field required"),
        (changed("card", account__annual_rate="-0.1"), "account.annual_rate"),
        (changed("card", account__annual_rate="NaN"), "account.annual_rate"),
        (changed("card", account__balance={"amount": "1.234", "currency": "CNY"}), "account.balance"),
        (changed("loan", borrower__max_instalment={"amount": "5.00", "currency": "USD"}), "borrower.max_instalment"),
        (changed("loan", account__remaining_payments=0), "account.remaining_payments"),
        (changed("card", account__remaining_payments=12), "account.remaining_payments"),
        (changed("card", borrower={"willing": True}), "either means or max_instalment"),
        (changed("card", packs=["atlantis"]), "no rule pack named atlantis"),
        (changed("card", wish={"waived_fees": {"amount": "520.01", "currency": "CNY"}}), "waived_fees"),
        (changed("card", wish={"amount": {"amount": "1.00", "currency": "USD"}}), "amount"),
        (changed("card", wish={"first_due_date": "2026-06-02"}), "first_due_date"),
        (changed("card", wish={"instalments": 0}), "wish.instalments"),
        (changed("card", wish={"colour": "red"}), "wish.colour"),
        (changed("card", account__oldest_unpaid_due_date="2026-06-02"), "oldest_unpaid_due_date"),
        (changed("card", borrower__means__own_debt="another"), "own_debt"),
        (changed("yen", day="1999-12-31"), "in force"),
        (changed("yen", day="9999-12-01"), "beyond what can be computed"),
    ],
)  # fmt: skip
def test_a_situation_that_cannot_be_planned_for_says_where(situation: Any, said: str) -> None:
    if isinstance(situation, str) and situation == "\ud83d":
        done = CLI.invoke(app, [], input=b"\xff\xfe")
    else:
        done = run(situation=situation)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.json"], 1, "nowhere.json"),
        (["a.json", "b.json"], 2, "one situation"),
        (["--chart", "a.svg", "b.svg"], 2, "one picture"),
        (["--lang", "fr"], 2, "lang"),
        (["--example", "none"], 2, "card"),
    ],
)
def test_a_command_that_is_wrong_says_so(arguments: list[str], code: int, said: str) -> None:
    done = run(*arguments, situation=EXAMPLES["card"])
    assert done.exit_code == code and said in done.stderr


def test_what_is_read_is_published() -> None:
    assert json.loads(run("--schema").stdout) == schema()
    assert run("--example", "list").stdout.split() == sorted(EXAMPLES)
    assert json.loads(run("--example", "card").stdout) == EXAMPLES["card"]
