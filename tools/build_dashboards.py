"""Builds deploy/grafana/dashboards/*.json: `python -m tools.build_dashboards`. The files are committed and tested.

A panel is one question, one unit and one query for each kind of line.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).resolve().parent.parent / "deploy" / "grafana" / "dashboards"
DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
WIDTH = 24
MINE = 'service=~"$service"'


@dataclass(frozen=True)
class Panel:
    """One panel. `queries` are (expression, legend); a `stat` turns red at `red`."""

    title: str
    about: str
    queries: tuple[tuple[str, str], ...]
    kind: Literal["timeseries", "stat"] = "timeseries"
    unit: str = "short"
    width: int = 8
    stacked: bool = False
    red: float | None = None


@dataclass(frozen=True)
class Row:
    """A heading and its panels, from left to right."""

    title: str
    panels: tuple[Panel, ...]


def _stat(title: str, about: str, expression: str, red: float | None = None, unit: str = "short") -> Panel:
    return Panel(title, about, ((f"{expression} or vector(0)", ""),), kind="stat", unit=unit, width=4, red=red)


CASE_FLOW = (
    Row(
        "Now",
        (
            _stat(
                "Open cases",
                "All states but the last one.",
                f'sum(max by (service, state) (forbear_cases{{{MINE},state!="CLOSED"}}))',
            ),
            _stat(
                "Open tasks",
                "What waits for a person.",
                f"sum(max by (service, kind) (forbear_open_tasks{{{MINE}}}))",
            ),
            _stat(
                "Overdue obligations",
                "Something a case waits for has not happened when it should have.",
                f"sum(max by (service, kind, owner) (forbear_overdue_obligations{{{MINE}}}))",
                red=1,
            ),
            _stat(
                "Dead letters",
                "Messages set aside until somebody decides.",
                f"sum(max by (service, topic) (forbear_dead_letters{{{MINE}}}))",
                red=1,
            ),
            _stat(
                "Parked events",
                "Events whose transition is not legal yet.",
                f"sum(max by (service) (forbear_parked_events{{{MINE}}}))",
                red=1,
            ),
            _stat(
                "Oldest in an outbox",
                "How long something decided has waited for Kafka or Temporal.",
                f"max(forbear_relay_oldest_seconds{{{MINE}}})",
                red=30,
                unit="s",
            ),
        ),
    ),
    Row(
        "Cases and people",
        (
            Panel(
                "Cases by state",
                "Where the cases are.",
                ((f"sum by (state) (max by (service, state) (forbear_cases{{{MINE}}}))", "{{state}}"),),
                stacked=True,
            ),
            Panel(
                "Open tasks by kind",
                "What people are asked for.",
                ((f"sum by (kind) (max by (service, kind) (forbear_open_tasks{{{MINE}}}))", "{{kind}}"),),
                stacked=True,
            ),
            Panel(
                "Overdue obligations by kind",
                "Whose turn it is: workflow, person or outside.",
                (
                    (
                        f"max by (service, kind, owner) (forbear_overdue_obligations{{{MINE}}})",
                        "{{service}} {{kind}} ({{owner}})",
                    ),
                ),
            ),
        ),
    ),
    Row(
        "Outboxes",
        (
            Panel(
                "Age of the oldest row",
                "Above 30 s somebody is woken.",
                (
                    (
                        f"max by (service, sink) (forbear_relay_oldest_seconds{{{MINE}}})",
                        "{{service}} to {{sink}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                "Rows that wait",
                "The backlog of each sink.",
                ((f"max by (service, sink) (forbear_relay_backlog_rows{{{MINE}}})", "{{service}} to {{sink}}"),),
            ),
            Panel(
                "Rows delivered",
                "Events sent, workflows started and nudged.",
                (
                    (
                        f"sum by (service, sink) (rate(forbear_relay_delivered_total{{{MINE}}}[$__rate_interval]))",
                        "{{service}} to {{sink}}",
                    ),
                ),
                unit="ops",
            ),
        ),
    ),
    Row(
        "Consumers",
        (
            Panel(
                "Lag",
                "Messages on the broker that are not applied yet.",
                ((f"sum by (service, topic) (forbear_consumer_lag_messages{{{MINE}}})", "{{service}} on {{topic}}"),),
            ),
            Panel(
                "Events by outcome",
                "applied, repeat, passed, waiting, dead.",
                (
                    (
                        f"sum by (service, outcome) (rate(forbear_consumer_events_total{{{MINE}}}[$__rate_interval]))",
                        "{{service}} {{outcome}}",
                    ),
                ),
                unit="ops",
            ),
            Panel(
                "Dead letters by topic",
                "What is set aside, and what is parked.",
                (
                    (f"max by (service, topic) (forbear_dead_letters{{{MINE}}})", "{{service}} {{topic}}"),
                    (f"max by (service) (forbear_parked_events{{{MINE}}})", "{{service}} parked"),
                ),
            ),
        ),
    ),
    Row(
        "HTTP",
        (
            Panel(
                "Requests",
                "Without health checks and metrics.",
                (
                    (
                        "sum by (service) (rate(forbear_http_request_seconds_count"
                        f'{{{MINE},route!~"/health.*|/metrics"}}[$__rate_interval]))',
                        "{{service}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Time until the answer, 95 %",
                "By service, over all routes.",
                (
                    (
                        "histogram_quantile(0.95, sum by (service, le) (rate(forbear_http_request_seconds_bucket"
                        f'{{{MINE},route!~"/health.*|/metrics"}}[$__rate_interval])))',
                        "{{service}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                "Errors by route",
                "Answers of 500 and above.",
                (
                    (
                        "sum by (service, route, status) (rate(forbear_http_request_seconds_count"
                        f'{{{MINE},status=~"5..",route!~"/health.*"}}[$__rate_interval]))',
                        "{{service}} {{route}} {{status}}",
                    ),
                ),
                unit="reqps",
            ),
        ),
    ),
    Row(
        "Workflows",
        (
            Panel(
                "Ends by outcome",
                "None should fail: what is refused for good becomes a task of kind stuck.",
                (
                    (
                        f"sum by (workflow, outcome) (rate(forbear_workflow_ends_total{{{MINE}}}[$__rate_interval]))",
                        "{{workflow}} {{outcome}}",
                    ),
                ),
                unit="ops",
            ),
            Panel(
                "Workflow tasks that raised",
                "Code and history do not fit; Temporal tries again.",
                (
                    (
                        f"sum by (workflow) (increase(forbear_workflow_task_failures_total{{{MINE}}}[15m]))",
                        "{{workflow}}",
                    ),
                ),
            ),
            Panel(
                "Activities by outcome",
                "completed, refused (a permanent no), failed (tried again).",
                (
                    (
                        f"sum by (activity, outcome) (rate(forbear_activities_total{{{MINE}}}[$__rate_interval]))",
                        "{{activity}} {{outcome}}",
                    ),
                ),
                unit="ops",
            ),
        ),
    ),
    Row(
        "Processes",
        (
            Panel(
                "Memory",
                "Resident.",
                ((f"process_resident_memory_bytes{{{MINE}}}", "{{service}}"),),
                unit="bytes",
            ),
            Panel(
                "Processor",
                "Seconds of processor time per second.",
                ((f"rate(process_cpu_seconds_total{{{MINE}}}[$__rate_interval])", "{{service}}"),),
            ),
            Panel(
                "Figures that could not be read",
                "Refreshes of table figures that failed: what is shown above is then stale.",
                (
                    (
                        f"sum by (service) (increase(forbear_metrics_refresh_failures_total{{{MINE}}}[5m]))",
                        "{{service}}",
                    ),
                ),
            ),
        ),
    ),
)


def dashboard(uid: str, title: str, rows: tuple[Row, ...]) -> dict[str, Any]:
    """A dashboard as Grafana reads it from a file."""
    panels: list[dict[str, Any]] = []
    top = 0
    for row in rows:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1},
                "panels": [],
            }
        )
        left, height = 0, 4 if all(panel.kind == "stat" for panel in row.panels) else 8
        for panel in row.panels:
            place = {"x": left, "y": top + 1, "w": panel.width, "h": height}
            panels.append({"id": len(panels) + 1, "gridPos": place, **_panel(panel)})
            left += panel.width
        top += 1 + height
    return {
        "uid": uid,
        "title": title,
        "tags": ["forbear"],
        "editable": False,
        "schemaVersion": 39,
        "version": 1,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "timezone": "browser",
        "templating": {"list": [_service_choice()]},
        "annotations": {"list": []},
        "panels": panels,
    }


def _panel(panel: Panel) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0}
    options: dict[str, Any] = {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
    if panel.kind == "stat":
        steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
        if panel.red is not None:
            steps.append({"color": "red", "value": panel.red})
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
        options = {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "area"}
    else:
        defaults["custom"] = {
            "fillOpacity": 30 if panel.stacked else 0,
            "stacking": {"mode": "normal" if panel.stacked else "none"},
        }
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": DATASOURCE, "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(panel.queries)
        ],
    }


def _service_choice() -> dict[str, Any]:
    return {
        "name": "service",
        "label": "Service",
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": "label_values(forbear_process, service)", "refId": "services"},
        "refresh": 2,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def built() -> dict[str, str]:
    """Every dashboard, {file name: text}."""
    return {
        "case-flow.json": json.dumps(dashboard("forbear-case-flow", "Case flow", CASE_FLOW), indent=2) + "\n",
    }


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in built().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
