"""`forbear check text`: lines of JSON in and out, and answers for people."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from forbear.commands.check import app
from services.contact.domain.language import LONGEST


def run(*arguments: str, lines: str | bytes = "") -> Result:
    return CliRunner().invoke(app, ["text", *arguments], input=lines)


def line(**members: object) -> str:
    return json.dumps(members, ensure_ascii=False)


def test_a_line_gets_a_line() -> None:
    done = run(lines=line(id="1", lang="zh", text="你必須還款", speaker="agent"))
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "id": "1",
        "verdict": "block",
        "classes": [1],
        "findings": [{"class": 1, "quote": "必須還款", "prefer": "我们一起想办法解决这个问题"}],
        "alarms": [],
    }


def test_a_dash_stands_for_standard_input() -> None:
    asked = line(id="1", lang="en", text="You must pay now.")
    assert run("-", lines=asked).stdout == run(lines=asked).stdout != ""


def test_the_speaker_is_the_agent_unless_it_is_the_borrower() -> None:
    asked = {"id": 1, "lang": "en", "text": "You must pay now or I'll kill myself"}
    for speaker, verdict in (("agent", "block"), (None, "block"), ("borrower", "pass")):
        answer = json.loads(run(lines=line(**asked, speaker=speaker)).stdout)
        assert (answer["verdict"], answer["alarms"]) == (verdict, ["SUICIDE_RISK"])
    assert json.loads(run(lines=line(**asked)).stdout)["verdict"] == "block"


@pytest.mark.parametrize(("lang", "prefer"), [("zh-Hant", "我们一起"), ("en_GB", "Let's work"), (None, "我们一起")])
def test_the_language_of_the_answer(lang: str | None, prefer: str) -> None:
    [finding] = json.loads(run(lines=line(id=1, lang=lang, text="你必须还款")).stdout)["findings"]
    assert finding["prefer"].startswith(prefer)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        (b"\xff{}", "JSON"),
        (line(lang="zh", text="a"), "id"),
        (line(id=True, lang="zh", text="a"), "id"),
        (line(id=1, lang="zh"), "text"),
        (line(id=1, lang="zh", text=5), "text"),
        (line(id=1, lang="fr", text="a"), "lang"),
        (line(id=1, lang="zh", text="a", speaker=3), "speaker"),
        (line(id=1, lang="zh", text="好" * (LONGEST + 1)), str(LONGEST)),
        ('{"id": 1, "lang": "zh", "text": "\\ud800"}', "text"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_and_the_others_are_as_well(wrong: str | bytes, named: str) -> None:
    good = line(id="good", lang="zh", text="您好")
    first = wrong.encode() if isinstance(wrong, str) else wrong
    done = run(lines=first + b"\n\n" + good.encode() + b"\n")
    assert done.exit_code == 1
    refused, answered = map(json.loads, done.stdout.splitlines())
    assert refused.keys() == {"id", "error"} and named in refused["error"]
    assert (answered["id"], answered["verdict"]) == ("good", "pass")


def test_one_text_is_answered_for_people_in_its_language() -> None:
    chinese = run("你必须今天还清全部欠款。")
    assert chinese.exit_code == 0 and "拦截" in chinese.stdout and "改说：我们一起想办法" in chinese.stdout
    english = run("Only $50 a month!")
    assert "blocked" in english.stdout and "class 21" in english.stdout and "in total" not in english.stdout
    assert "pass" in run("Thank you for calling.").stdout


def test_an_alarm_says_what_to_do() -> None:
    assert "停止谈还款" in run("--speaker", "borrower", "我不想活了").stdout
    assert "stay on the line" in run("--speaker", "borrower", "I want to kill myself").stdout


def test_a_file_is_one_text(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Hello,\nthis is the police.\nPay today.\n", "utf-8")
    assert "class 10" in run("--file", str(letter)).stdout
    letter.write_bytes(b"\xff\xfe")
    assert run("--file", str(letter)).exit_code == 1
    assert run("--file", str(letter), "and words").exit_code == 2


def test_the_help_shows_examples() -> None:
    shown = run("--help").stdout
    assert "forbear check text" in shown and '{"id": "1"' in shown
