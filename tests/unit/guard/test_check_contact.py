"""`forbear check contact`: lines of JSON in, lines of JSON out, by a form that is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from forbear.commands.check import app
from forbear.contact.answers import Checker
from forbear.contact.examples import examples
from forbear.contact.situation import Situation, schema
from services.common.packs.loader import load_packs
from services.contact.policies import Policies
from services.contact.service.permits.kept import stored
from tests.unit.guard.asking import asked

CHECKER = Checker(Policies.load().packs)
EXAMPLES = {example["situation"]["id"]: example for example in examples()}
BASE = EXAMPLES["cn-day"]["situation"]


def answer(situation: Any) -> dict[str, Any]:
    return CHECKER.answer(json.dumps(situation).encode())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_the_published_form_and_the_verdict_beside_it(name: str) -> None:
    example = EXAMPLES[name]
    Draft202012Validator(schema()).validate(example["situation"])
    said = answer(example["situation"])
    assert said["id"] == name and said["verdict"] == example["verdict"]
    assert [rule["id"] for rule in said["rules"] if rule["verdict"] == "refuse"] == example["rules"]
    if said["verdict"] == "refuse":
        assert said["earliest"] == example["earliest"]
        assert all(rule in said["said"][language] for rule in example["rules"] for language in ("zh", "en"))
        day = "" if said["earliest"] is None else said["earliest"][:10]
        assert day in said["said"]["zh"] and day in said["said"]["en"]


def test_every_pack_has_an_example() -> None:
    shown = {pack for example in EXAMPLES.values() for pack in example["situation"]["packs"]}
    assert shown == set(load_packs().by_name) - {"house"} | {"sample"}


def test_a_rule_is_told_with_its_numbers_in_both_languages() -> None:
    (rule,) = [r for r in answer(EXAMPLES["cn-six-attempts"]["situation"])["rules"] if r["verdict"] == "refuse"]
    assert rule["id"] == "CN-02" and rule["facts"]["attempts_per_number_today"] == 6
    assert rule["sentence"]["en"].endswith("Attempts of this number today: 6, at most 6.")
    assert rule["sentence"]["zh"].endswith("当日该号码拨打6次，上限6次。")


@pytest.mark.rule("TEXT-01")
def test_the_words_of_a_text_are_checked() -> None:
    facts = BASE["facts"] | {"channel": "sms"}
    demand = answer(BASE | {"facts": facts, "text": "您好，你必须还款。"})
    assert [rule["id"] for rule in demand["rules"] if rule["verdict"] == "refuse"] == ["TEXT-01"]
    assert answer(BASE | {"facts": facts, "text": "您好，我们一起想办法解决这个问题。"})["verdict"] == "permit"
    threat = answer(BASE | {"facts": facts, "text": "不还款就让警察抓你。"})
    assert "CN-09" in [rule["id"] for rule in threat["rules"] if rule["verdict"] == "refuse"]
    assert answer(BASE | {"facts": facts, "text": "好" * 20_001})["error"].startswith("text: ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"packs": ["atlantis"]}, "there is no rule pack named atlantis"),
        ({"packs": []}, "packs"),
        ({"facts": BASE["facts"] | {"zones": ["Mars/Phobos"]}}, "no IANA zone"),
        ({"facts": BASE["facts"] | {"now": "2026-06-01T12:00:00"}}, "offset"),
        ({"facts": BASE["facts"] | {"mood": "good"}}, "facts.mood"),
        (
            {"facts": BASE["facts"] | {"history": [{"at": BASE["facts"]["now"], "channel": "voice", "outcome": "X"}]}},
            "X",
        ),
        ({"actor": "friend"}, "actor"),
        (
            {"facts": BASE["facts"] | {"holds": [{"hold_id": "h", "blocks": [], "ends_at": "2026-06-02T00:00:00"}]}},
            "offset",
        ),
        (
            {"facts": BASE["facts"] | {"callback_agreed": [{"given_at": "2026-06-01T00:00:00"}]}},
            "offset",
        ),
        ({"facts": BASE["facts"] | {"now": "9999-12-31T23:59:59+00:00"}}, "too far away"),
    ],
)
def test_what_cannot_be_read_says_where(change: dict[str, Any], said: str) -> None:
    error = answer(BASE | change)
    assert set(error) == {"id", "error"} and error["id"] == "cn-day" and said in error["error"]


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff"])
def test_a_line_that_is_no_object_is_answered(line: bytes) -> None:
    assert "error" in CHECKER.answer(line)


def test_lines_are_answered_one_by_one(tmp_path: Path) -> None:
    runner = CliRunner()
    lines = f"{json.dumps(BASE)}\n\n{{\n"
    done = runner.invoke(app, ["contact"], input=lines)
    assert done.exit_code == 1
    assert [sorted(json.loads(line))[0] for line in done.stdout.splitlines()] == ["closes", "error"]
    asked_for = runner.invoke(app, ["contact", "--examples"]).stdout
    assert runner.invoke(app, ["contact"], input=asked_for).exit_code == 0
    assert json.loads(runner.invoke(app, ["contact", "--schema"]).stdout) == json.loads(json.dumps(schema()))


def test_one_situation_is_answered_in_plain_words_and_lines_by_lines(tmp_path: Path) -> None:
    runner, night = CliRunner(), EXAMPLES["cn-night"]["situation"]
    file = tmp_path / "situation.json"
    for text in (json.dumps(night), json.dumps(night, indent=2)):
        file.write_text(text)
        for words in (["--file", str(file)], [text]):
            plain = runner.invoke(app, ["contact", *words])
            assert plain.exit_code == 0 and plain.stdout.startswith("不得联系 / The contact is refused")
            assert "CN-01 (must)" in plain.stdout and "PACK-01" not in plain.stdout
            assert "允许时段：08:00-22:00" in plain.stdout and "hours 08:00-22:00" in plain.stdout
            assert "next legal moment: 2026-06-02T08:00:00+08:00" in plain.stdout
        assert json.loads(runner.invoke(app, ["contact"], input=text).stdout)["id"] == "cn-night"
    file.write_text(f"{json.dumps(night)}\n{json.dumps(BASE)}\n")
    several = runner.invoke(app, ["contact", "--file", str(file)]).stdout.splitlines()
    assert [json.loads(line)["verdict"] for line in several] == ["refuse", "permit"]
    assert "may be made" in runner.invoke(app, ["contact", json.dumps(BASE)]).stdout
    wrong = runner.invoke(app, ["contact", '{"id": 1}'])
    assert wrong.exit_code == 1 and "packs" in wrong.output


def test_an_overlay_binds_and_a_wrong_one_ends_the_command(tmp_path: Path) -> None:
    tighter = (
        "pack: cn\ntighten:\n  - id: CN-02\n    effective_from: 2026-01-30\n    source: the board\n"
        "    reviewed: 2026-11-22\n    parameters: {max_attempts_per_number_per_day: 0}\n"
    )
    (tmp_path / "cn.yaml").write_text(tighter)
    done = CliRunner().invoke(app, ["contact", "--overlay", str(tmp_path)], input=json.dumps(BASE))
    assert json.loads(done.stdout)["verdict"] == "refuse"
    (tmp_path / "cn.yaml").write_text(tighter.replace(": 0}", ": 9}"))
    wrong = CliRunner().invoke(app, ["contact", "--overlay", str(tmp_path)], input=json.dumps(BASE))
    assert wrong.exit_code == 2 and "cn.yaml:7" in wrong.output


@pytest.mark.rule("HOUSE-11")
def test_an_overlay_gives_hours_to_a_pack_that_has_none(tmp_path: Path) -> None:
    (tmp_path / "eu.yaml").write_text(
        "pack: eu\nadd:\n  - id: BANK-01\n    sentence: Nobody is called before nine or after six.\n"
        "    sentence_zh: 早9点前、晚6点后不得致电。\n    acts: [block]\n    strength: must\n"
        "    actors: {lender: adopted}\n    service: contact\n    source: the board\n    verified: house\n"
        "    reviewed: 2026-11-22\n    effective_from: 2026-01-01\n    parameters:\n"
        '      contact_hours: {value: {every_day: "09:00-18:00"}, stricter: narrower, dimension: contact_hours}\n'
    )
    checker = Checker(Policies.load(tmp_path).packs)
    call = EXAMPLES["eu-call"]["situation"]
    call = call | {"facts": call["facts"] | {"now": "2026-06-01T12:00:00+02:00"}}
    assert checker.answer(json.dumps(call).encode())["verdict"] == "permit"
    late = call | {"facts": call["facts"] | {"now": "2026-06-01T18:00:00+02:00"}}
    said = checker.answer(json.dumps(late).encode())
    assert said["earliest"] == "2026-06-02T09:00:00+02:00"
    assert [rule["id"] for rule in said["rules"] if rule["verdict"] == "refuse"] == ["BANK-01"]


def test_facts_as_they_are_kept_are_asked_again() -> None:
    decision = asked("au", "2026-06-05 12:00")
    kept = json.loads(json.dumps(stored(decision.facts)))
    again = {"id": 7, "packs": ["au"], "facts": kept}
    assert Situation.model_validate(again).facts == decision.facts
    said = answer(again)
    assert said["id"] == 7 and said["verdict"] == "permit" and said["pack_version"] == decision.pack_version
