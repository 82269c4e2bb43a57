"""Mappings and files of the import, without a database."""

import csv
import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.intake.imports.errors import ImportRefused, RowRefused
from services.intake.imports.expressions import compiled
from services.intake.imports.mapping import load_mapping, names, parse_mapping
from services.intake.imports.quarantine import Quarantine
from services.intake.imports.reader import inspect, rows_of

PORTFOLIO = Path(__file__).parents[2] / "sandbox" / "portfolio"
LOOKUPS = {"kinds": {"K": "credit_card"}}
ROW = {"name": "  Li ", "n": "3", "m": "-2.50", "empty": "", "kind": "K", "day": "05/03/2026", "bad": "x"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("fixed", "fixed"),
        (7, Decimal(7)),
        ({"column": "n"}, "3"),
        ({"column": "empty"}, None),
        ({"strip": {"column": "name"}}, "Li"),
        ({"upper": {"column": "kind"}}, "K"),
        ({"concat": ["A-", {"column": "n"}]}, "A-3"),
        ({"lookup": {"of": {"column": "kind"}, "table": "kinds"}}, "credit_card"),
        ({"date": {"of": {"column": "day"}, "format": "%d/%m/%Y"}}, date(2026, 3, 5)),
        ({"months_ago": {"months": {"column": "n"}, "day": date(2026, 5, 31)}}, date(2026, 2, 28)),
        ({"months_ago": {"months": {"column": "n"}, "day": date(2005, 9, 30), "days_each": 30}}, date(2005, 7, 2)),
        ({"times": {"of": {"column": "n"}, "by": "1.5"}}, Decimal("4.5")),
        ({"sum": [{"column": "n"}, {"column": "m"}]}, Decimal("0.50")),
        ({"at_least": {"of": {"column": "m"}, "floor": 0}}, Decimal(0)),
        ({"if_positive": {"of": {"column": "m"}, "then": "yes", "else": "no"}}, "no"),
        ({"default": {"of": {"column": "empty"}, "to": "zh"}}, "zh"),
    ],
)
def test_expressions(expression: Any, value: Any) -> None:
    assert compiled(expression, LOOKUPS, "here").read(ROW) == value


@pytest.mark.parametrize(
    "expression",
    [
        {"decimal": {"column": "bad"}},
        {"decimal": "Infinity"},
        {"decimal": "1e15"},
        {"date": {"of": {"column": "n"}, "format": "%Y-%m-%d"}},
        {"lookup": {"of": {"column": "bad"}, "table": "kinds"}},
        {"concat": ["A-", {"column": "empty"}]},
        {"months_ago": {"months": {"column": "m"}, "day": date(2026, 5, 31)}},
    ],
)
def test_a_bad_value_is_refused_without_being_shown(expression: Any) -> None:
    with pytest.raises(RowRefused) as refused:
        compiled(expression, LOOKUPS, "here").read(ROW)
    assert "x" not in str(refused.value).split() and "-2.50" not in str(refused.value)


@pytest.mark.parametrize(
    "expression",
    [{"eval": "1"}, {"concat": []}, {"column": 5}, {"column": "a", "upper": "b"}, {"lookup": {"of": "a", "table": "?"}},
     {"times": {"of": 1}}, [1], {"months_ago": {"months": 1, "day": date(2026, 1, 1), "days_each": "x"}}],
)  # fmt: skip
def test_what_is_not_in_the_closed_list_is_refused(expression: Any) -> None:
    with pytest.raises(ImportRefused):
        compiled(expression, LOOKUPS, "here")


def test_a_mapping_must_give_the_fields_and_no_others() -> None:
    with pytest.raises(ImportRefused, match="account_ref"):
        parse_mapping("mine", "fields: {borrower_ref: B1}")
    text = (PORTFOLIO.parents[1] / "services/intake/imports/mappings/sample.yaml").read_text()
    with pytest.raises(ImportRefused, match="habit"):
        parse_mapping("mine", text + "  habit: {column: habit}\n")
    with pytest.raises(ImportRefused, match="sample"):
        load_mapping("no-such")


def test_no_mapping_reads_protected_characteristics() -> None:
    assert names() == ["sample", "uci"]
    assert not load_mapping("uci").columns & {"X2", "X3", "X4", "X5"}


def test_the_real_extract_has_as_many_overdue_rows_as_its_description_says() -> None:
    mapping = load_mapping("uci")
    extract = inspect(PORTFOLIO / "uci-credit-card-clients.csv.gz", mapping.columns)
    due = months = 0
    for raw in rows_of(extract):
        row = dict(zip(extract.header, raw.cells, strict=True))
        if mapping.skipped(row) is None:
            due += 1
            read = mapping.read(row)
            months += int(row["X6"]) == (read.as_of - read.oldest_unpaid_due_date).days / 30  # type: ignore[operator]
    assert (extract.rows, due, months) == (30_000, 6_818, 6_818)


BROKEN = {
    "empty": b"",
    "only a heading": b"a,b\n",
    "column missing": b"a,c\n1,2\n",
    "column twice": b"a,b,a\n1,2,3\n",
    "not UTF-8": "a,b\n王,2\n".encode("gb18030"),
    "open quote": b'a,b\n"1,2\n',
    "cut off gzip": gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:-20],
    "damaged gzip": gzip.compress(b"a,b\n1,2\n")[:-8] + b"\x00" * 8,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_as_a_whole(tmp_path: Path, case: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(BROKEN[case])
    with pytest.raises(ImportRefused):
        inspect(path, frozenset({"a", "b"}))
    with pytest.raises(ImportRefused):
        inspect(tmp_path / "not-there.csv", frozenset())


def test_a_file_with_a_mark_and_windows_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes("\ufeffa,b\r\n1,2\r\n\r\n3\r\n".encode())
    extract = inspect(path, frozenset({"a", "b"}))
    assert [(row.number, row.cells) for row in rows_of(extract)] == [(1, ("1", "2")), (2, ("3",))]
    with Quarantine(tmp_path / "q.csv") as quarantine:
        for row in rows_of(extract):
            quarantine.keep(extract, row, "is bad")
    with (tmp_path / "q.csv").open() as file:
        assert list(csv.reader(file)) == [["row", "reason", "a", "b"], ["1", "is bad", "1", "2"], ["2", "is bad", "3"]]
    assert (tmp_path / "q.csv").stat().st_mode & 0o77 == 0
