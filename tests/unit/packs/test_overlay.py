"""A bank's overlay adds rules and tightens numbers from a day on; loosening stops the start."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.common.packs.loader import load_packs
from services.common.packs.reading import PackInvalid
from services.common.packs.rules import Packs
from services.common.packs.vocabulary import Strength

TODAY = date(2026, 11, 22)
HEAD = "effective_from: 2026-12-01, source: board, reviewed: 2026-11-22"


def overlaid(folder: Path, text: str, pack: str = "us") -> Packs:
    (folder / f"{pack}.yaml").write_text(f"pack: {pack}\n{text}\n", "utf-8")
    return load_packs(folder)


def problems(folder: Path, text: str, pack: str = "us") -> tuple[str, ...]:
    with pytest.raises(PackInvalid) as caught:
        overlaid(folder, text, pack)
    return tuple(said.removeprefix(f"{folder}/") for said in caught.value.problems)


def test_a_number_is_tighter_from_its_day(tmp_path: Path) -> None:
    packs = overlaid(tmp_path, f"tighten:\n- {{id: US-04, {HEAD}, strength: must, parameters: {{max_calls: 5}}}}")
    before, after = packs.rule("US-04", date(2026, 11, 30)), packs.rule("US-04", date(2026, 12, 1))
    assert (before.value("max_calls"), before.strength, before.overlay) == (7, Strength.PRESUMPTION, False)
    assert (after.value("max_calls"), after.strength, after.overlay) == (5, Strength.MUST, True)
    assert after.value("window_days") == 7
    assert after.source.endswith("tightened by board") and after.where.endswith("us.yaml:3")
    ours = load_packs()
    assert packs.on("us", date(2026, 11, 30)).version == ours.on("us", date(2026, 11, 30)).version
    assert packs.on("us", date(2026, 12, 1)).version != ours.on("us", date(2026, 12, 1)).version


def test_a_rule_is_added(tmp_path: Path) -> None:
    text = """add:
- id: BANK-01
  sentence: Nobody calls on a Sunday.
  sentence_zh: 周日不得致电。
  acts: [block]
  strength: must
  actors: {lender: adopted}
  service: contact
  source: board
  verified: house
  reviewed: 2026-11-22
  effective_from: 2026-12-01
  parameters:
    contact_hours:
      value: {weekday: "08:00-21:00", weekend: none, public_holiday: none}
      stricter: narrower
      dimension: contact_hours"""
    packs = overlaid(tmp_path, text, "uk")
    assert packs.rule("BANK-01", date(2026, 12, 1)).pack == "uk"
    assert "BANK-01" not in packs.on("uk", TODAY).rules


@pytest.mark.parametrize(
    ("pack", "rule", "parameter", "reason"),
    [
        ("us", "US-04", "max_calls: 8", "8 is looser than 7 (stricter is lower)"),
        ("us", "US-05", "wait_days: 6", "6 is looser than 7 (stricter is higher)"),
        ("us", "US-04", "window_days: 8", "8 is looser than 7 (it is fixed)"),
        ("us", "US-04", "not_counted: [busy, voicemail]", "looser than"),
        ("us", "US-12", "opt_out_words: [stop]", "(stricter is superset)"),
        ("us", "US-01", 'contact_hours: {every_day: "07:59-21:00"}', "every day 07:59-21:00 is looser"),
        ("us", "US-03", "replies: 1", "has no parameter replies; it has replies_in_blocked_time"),
        ("us", "US-05", "inbound_conversation_counts: false", "(stricter is when true)"),
        ("cn", "CN-02", "consent_lifts: true", None),
        ("cn", "CN-02", "consent_lifts: false", None),
        ("us", "US-04", "not_counted: [busy]", None),
        ("us", "US-12", "opt_out_words: [stop, end, quit, basta]", None),
        ("us", "US-01", 'contact_hours: {every_day: "09:00-20:00"}', None),
        ("us", "US-04", "max_calls: many", "cannot be many"),
        ("us", "US-01", "contact_hours: 9", "cannot be 9"),
        ("house", "HOUSE-10", "draft_strength: must", None),
        ("house", "HOUSE-10", "draft_strength: 3", "not of the kind"),
        ("cn", "CN-28", "max_amount_cny: 1", "has ended before that day"),
        ("us", "XX-99", "max_calls: 1", "has no rule XX-99; use add"),
    ],
)
def test_loosening_is_refused_and_tightening_is_not(
    tmp_path: Path, pack: str, rule: str, parameter: str, reason: str | None
) -> None:
    text = f"tighten:\n- id: {rule}\n  {HEAD.replace(', ', chr(10) + '  ')}\n  parameters:\n    {parameter}"
    if reason is None:
        overlaid(tmp_path, text, pack)
        return
    found = problems(tmp_path, text, pack)
    line = 4 if reason.startswith("has ended") else 3 if "no rule" in reason else 8
    assert len(found) == 1 and found[0].startswith(f"{pack}.yaml:{line}: ") and reason in found[0], found


def test_a_rule_that_ends_on_the_day_is_not_tightened(tmp_path: Path) -> None:
    """CN-28 was in force through 31 March 2026."""
    text = "tighten:\n- {id: CN-28, effective_from: %s, source: board, reviewed: 2026-01-01, strength: must}"
    assert "has ended before that day" in problems(tmp_path, text % "2026-04-01", "cn")[0]
    assert overlaid(tmp_path, text % "2026-03-31", "cn").rule("CN-28", date(2026, 3, 31)).overlay


def test_a_weaker_strength_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, f"tighten:\n- {{id: US-01, {HEAD}, strength: guidance}}")
    assert found == ("us.yaml:3: US-01: guidance is weaker than must",)


def test_two_loose_numbers_are_both_shown(tmp_path: Path) -> None:
    text = f"tighten:\n- {{id: US-04, {HEAD}, parameters: {{max_calls: 9}}}}\n"
    text += f"- {{id: US-05, {HEAD}, parameters: {{wait_days: 1}}}}"
    assert [said.partition(": ")[0] for said in problems(tmp_path, text)] == ["us.yaml:3", "us.yaml:4"]


def test_a_tightening_of_the_past_holds_in_each_period(tmp_path: Path) -> None:
    """CN-02 had an earlier period; a tightening from before its change holds in both."""
    text = "tighten:\n- {id: CN-02, effective_from: 2025-06-01, source: board, reviewed: 2026-01-01,"
    packs = overlaid(tmp_path, f"{text} parameters: {{max_attempts_per_number_per_day: 4}}}}", "cn")
    name = "max_attempts_per_number_per_day"
    values = [packs.rule("CN-02", day).value(name) for day in (date(2025, 5, 31), date(2025, 6, 1), TODAY)]
    assert values == [6, 4, 4]


def test_a_rule_that_is_there_is_not_added(tmp_path: Path) -> None:
    text = """add:
- {id: US-01, sentence: Nobody calls at night at all., sentence_zh: 夜间不得致电。, acts: [block], strength: must,
   actors: {lender: adopted}, service: contact, source: board, verified: house, reviewed: 2026-11-22,
   effective_from: 2026-12-01}"""
    assert "us.yaml:3: US-01 is there already, at services/common/packs" in problems(tmp_path, text)[0]


def test_a_new_rule_is_compared_the_way_ours_are(tmp_path: Path) -> None:
    text = """add:
- {id: BANK-01, sentence: Nobody calls thrice., sentence_zh: 不得致电三次。, acts: [block], strength: must,
   actors: {lender: adopted}, service: contact, source: board, verified: house, reviewed: 2026-11-22,
   effective_from: 2026-12-01,
   parameters: {max_calls: {value: 2, stricter: higher, dimension: calls_per_debt_in_7_days}}}"""
    found = problems(tmp_path, text)
    assert found == ("us.yaml:6: in calls_per_debt_in_7_days stricter is lower, as US-04 has it",)


def test_files_that_are_no_overlay_are_refused(tmp_path: Path) -> None:
    (tmp_path / "us.yml").write_text("pack: us")
    (tmp_path / "zz.yaml").write_text("pack: zz")
    (tmp_path / "uk.yaml").write_text("")
    (tmp_path / "cn.yaml").write_bytes(b"\xff\xfe\xfa")
    (tmp_path / ".hidden").write_text("left alone")
    with pytest.raises(PackInvalid) as caught:
        load_packs(tmp_path)
    assert [said.partition(f"{tmp_path}/")[2].partition(":")[0] for said in caught.value.problems] == [
        "cn.yaml", "uk.yaml", "us.yml", "zz.yaml",
    ]  # fmt: skip


def test_a_folder_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="is not there"):
        load_packs(tmp_path / "gone")
