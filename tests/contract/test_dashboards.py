"""Every figure that a dashboard or an alert asks for is one that a process shows, with the labels it has."""

import ast
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from math import nan
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.common.runtime.metrics import Metrics
from services.followup.bootstrap import fairness_figure, unmatched_figure
from tests.contract.promql import named_in
from tools.build_dashboards import GRAFANA, built

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
#: What Prometheus itself adds: to every series, and as series of its own.
SCRAPED = {"job", "instance", "service"}
PROMTOOL = os.environ.get("PROMTOOL") or shutil.which("promtool")


async def nothing_unmatched() -> Mapping[str, int]:
    """An empty work list."""
    return {}


async def no_outcomes() -> tuple[float, float]:
    """Nobody reads the values of what is only named."""
    return nan, nan


async def shown() -> dict[str, set[str]]:
    """Every series of a process, by name, with its labels."""
    found: dict[str, set[str]] = {"up": set()}
    for instrument in vars(Metrics("probe")).values():
        if (name := getattr(instrument, "_name", None)) is None:
            continue
        labels = set(instrument._labelnames)
        for suffix in {"counter": ("_total",), "histogram": ("_count", "_sum", "_bucket")}.get(instrument._type, ("",)):
            found[name + suffix] = labels | ({"le"} if suffix == "_bucket" else set())
    metrics = Metrics("probe")
    fairness_figure(no_outcomes, metrics)  # of followup alone, and the next one too
    await unmatched_figure(nothing_unmatched, metrics)()
    for family in metrics.registry.collect():  # these, and what describes the process
        for sample in family.samples:
            found.setdefault(sample.name, set(sample.labels))
    return found


def alerts() -> list[dict[str, Any]]:
    return [rule for path in RULES for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


def panels() -> Iterator[tuple[str, str]]:
    """(name of the panel, expression) of every query on a dashboard."""
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield f"{path.stem}: {panel['title']}", target["expr"]


EXPRESSIONS = [*panels(), *((rule["alert"], rule["expr"]) for rule in alerts())]


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
async def test_every_figure_asked_for_is_shown(where: str, expression: str) -> None:
    series, named = await shown(), named_in(expression)
    assert named.selectors, "an expression about nothing"
    for name, labels in named.selectors:
        assert name in series, f"no process shows {name}"
        assert labels <= series[name] | SCRAPED, f"{name} has no label {sorted(labels - series[name] - SCRAPED)}"
    of_these = set().union(*(series[name] for name, _ in named.selectors)) | SCRAPED
    assert named.grouped_by <= of_these, f"grouped by what is not there: {sorted(named.grouped_by - of_these)}"


@pytest.mark.parametrize("panel", [p for path in DASHBOARDS for p in json.loads(path.read_text())["panels"]], ids=str)
def test_legends_name_labels_that_are_left(panel: dict[str, Any]) -> None:
    for target in panel.get("targets", []):
        wanted = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        left = named_in(target["expr"]).grouped_by or SCRAPED
        assert wanted <= left, f"{panel['title']}: {sorted(wanted - left)}"


def test_the_reader_of_expressions_reads_them() -> None:
    named = named_in('sum by (a, b) (rate(x_total{c=~"y{1}",d!="z"}[5m])) / on (e) max(w) > 0.5 or vector(0)')
    assert named.selectors == (("x_total", frozenset("cd")), ("w", frozenset()))
    assert named.grouped_by == frozenset("abe")


def test_every_instrument_is_set_somewhere() -> None:
    """A figure that nobody sets is always good news."""
    instruments = {name for name, value in vars(Metrics("probe")).items() if hasattr(value, "_labelnames")}
    used = set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr in instruments
            ):
                used.add(node.value.attr)
    assert instruments - used == set()


def test_every_instrument_is_watched() -> None:
    asked = {name for _, expression in EXPRESSIONS for name, _ in named_in(expression).selectors}
    own = {name.removesuffix(end) for name in asked for end in ("", "_total", "_count", "_sum", "_bucket")}
    instruments = {value._name for value in vars(Metrics("probe")).values() if hasattr(value, "_labelnames")}
    assert instruments - own == set()


def test_the_dashboards_are_those_of_their_sources() -> None:
    committed = {path.name: path.read_text() for path in DASHBOARDS}
    assert committed == built(), "run python -m tools.build_dashboards"


def test_grafana_finds_what_it_is_told() -> None:
    datasource = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"][0]
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for part in (panel, *panel.get("targets", [])):
                assert part.get("datasource", {}).get("uid", datasource["uid"]) == datasource["uid"]


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert {"summary", "description", "runbook_url"} <= rule["annotations"].keys()
    assert (ROOT / rule["annotations"]["runbook_url"]).is_file(), "an alert without a runbook"
    tested = {
        case["alertname"]
        for path in (PROMETHEUS / "tests").glob("*.yml")
        for test in yaml.safe_load(path.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert rule["alert"] in tested, "an alert that no test sees firing"


def assert_promtool_accepts(*arguments: str | Path) -> None:
    if PROMTOOL is None:
        pytest.skip("no promtool on PATH (Debian: apt-get install prometheus)")
    done = subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_reads_its_configuration() -> None:
    assert_promtool_accepts("check", "config", PROMETHEUS / "prometheus.yml")


def test_alerts_fire_when_they_should() -> None:
    assert_promtool_accepts("test", "rules", *sorted((PROMETHEUS / "tests").glob("*.yml")))


def test_prometheus_reads_the_queries_of_the_dashboards(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "1m")}
        for number, (_, expression) in enumerate(panels())
    ]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert_promtool_accepts("check", "rules", path)
