"""A bad pack stops the start, and says in which file, at which line and why."""

from __future__ import annotations

import pytest

from services.common.packs.hours import ContactHours, Span
from services.common.packs.loader import assemble
from services.common.packs.parameters import Parameter
from services.common.packs.reading import PackInvalid

GOOD = """\
pack: xx
title: Nowhere
title_zh: 无处
defaults:
  actors: {lender: binding}
  strength: must
  service: contact
  verified: primary
  reviewed: 2026-11-22
  effective_from: 2000-01-01
  source: the law of nowhere
rules:
  - id: XX-01
    sentence: Nobody calls more often than twice.
    sentence_zh: 致电不得超过两次。
    acts: [block]
    parameters:
      max_calls: {value: 2, stricter: lower, dimension: calls}
      uplift_percent: {value: 0.30, stricter: lower}
      hours:
        value: {every_day: "08:00-21:00"}
        stricter: narrower
"""


def problems(text: str, name: str = "p/xx.yaml", **others: str) -> tuple[str, ...]:
    with pytest.raises(PackInvalid) as caught:
        assemble({name: text} | {f"p/{other}.yaml": said for other, said in others.items()})
    return caught.value.problems


def test_the_good_one_is_good() -> None:
    rule = assemble({"p/xx.yaml": GOOD}).every()[0]
    assert rule.where == "p/xx.yaml:13"
    assert str(rule.value("uplift_percent")) == "0.30"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("max_calls: {value: 2", "max_calls: {value: many", 18, "cannot be many"),
        ("stricter: lower, dimension", "stricter: smaller, dimension", 18, "max_calls.stricter"),
        ("stricter: narrower", "stricter: lower", 21, "a list of words, true, false or hours"),
        ('"08:00-21:00"', '"21:00-08:00"', 21, "on the same day"),
        ('"08:00-21:00"', '"8-21"', 21, 'not "8-21"'),
        ("every_day", "sunday", 21, "weekday, weekend and public_holiday"),
        ("acts: [block]", "acts: [blocks]", 16, "acts"),
        ("acts: [block]", "acts: []", 16, "acts"),
        ("acts: [block]", "action: [block]", 16, "Extra inputs"),
        ("sentence_zh: 致电不得超过两次。", "sentence_zh: not Chinese.", 15, "Chinese"),
        ("id: XX-01", "id: first", 13, "pattern"),
        ("  effective_from: 2000-01-01\n", "", 12, "effective_from: Field required"),
        ("2026-11-22", "2026-02-30", 9, "day is out of range"),
        ("title: Nowhere", "pack: yy", 2, 'the key "pack" is there twice'),
        ("title: Nowhere", "title: [", 4, "expected"),
        ("{value: 2, ", "{value: true, ", 18, "cannot be yes"),
        ("verified: primary", "verified: unverified", 13, "says in `doubt`"),
        ("{value: 2, stricter: lower, dimension: calls}", "{value: 2, stricter: free}", 13, "cannot be free"),
        ("reviewed: 2026-11-22", "reviewed: 2026-11-22\n  effective_to: 1999-01-01", 14, "ends after it starts"),
        ("pack: xx", "pack: yy", 1, "is called yy.yaml"),
        ("defaults:", "within: zz\ndefaults:", 4, "no other pack zz"),
    ],
)
def test_what_is_wrong_is_shown_at_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any(f"p/xx.yaml:{line}: " in said and reason in said for said in found), found


@pytest.mark.parametrize("text", ["", "- a", "pack", "a: {b: 1"])
def test_what_is_no_pack_is_refused(text: str) -> None:
    assert problems(text)[0].startswith("p/xx.yaml:")


def test_every_error_of_every_file_is_shown() -> None:
    other = GOOD.replace("xx", "yy", 1).replace("acts: [block]", "acts: none")
    found = problems(GOOD.replace("acts: [block]", "acts: none"), yy=other)
    assert [said.partition(":")[0] for said in found] == ["p/xx.yaml", "p/yy.yaml"]


def test_an_id_belongs_to_one_pack() -> None:
    assert problems(GOOD, yy=GOOD.replace("xx", "yy", 1)) == ("p/yy.yaml:13: XX-01 is there already, at p/xx.yaml:13",)


def test_a_dimension_has_one_direction() -> None:
    other = GOOD.replace("pack: xx", "pack: yy").replace("XX-01", "YY-01").replace("lower, dim", "higher, dim")
    assert problems(GOOD, yy=other) == ("p/yy.yaml:18: calls is of another kind at p/xx.yaml:18",)


def test_two_periods_of_a_rule_do_not_overlap() -> None:
    earlier = "    earlier: [{effective_from: 1990-01-01, effective_to: 2000-01-02}]\n    parameters:"
    assert "two periods overlap" in problems(GOOD.replace("    parameters:", earlier))[0]


def test_hours_are_half_open_spans() -> None:
    both = ContactHours.read({"every_day": "08:00-21:00"}).both(
        ContactHours.read({"weekday": "07:30-20:00", "weekend": "21:00-22:00", "public_holiday": "none"})
    )
    assert both.weekday == Span.read("08:00-20:00")
    assert both.weekend is None and both.public_holiday is None  # [.., 21:00) and [21:00, ..) share nothing


def test_a_value_of_another_kind_is_no_tightening() -> None:
    ours = Parameter.model_validate({"value": 7, "stricter": "lower"})
    assert not ours.with_value(7).looser_than(ours)
    assert ours.with_value(8).looser_than(ours)
    with pytest.raises(ValueError, match="cannot be yes"):
        ours.with_value(True)
