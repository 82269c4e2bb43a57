"""Builds deploy/grafana/dashboards/*.json from deploy/grafana/sources/*.yaml: `python -m tools.build_dashboards`.

Both are committed; a test says when they do not belong together.
"""

import json
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

GRAFANA = Path(__file__).resolve().parent.parent / "deploy" / "grafana"
DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
WIDTH = 24
STAT_HEIGHT, CHART_HEIGHT = 4, 8
#: What `$mine` stands for: the services chosen at the top of the dashboard.
MINE = 'service=~"$service"'


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Query(_Part):
    """One kind of line."""

    expr: str
    legend: str = ""


class Panel(_Part):
    """One question, with one unit. A `stat` turns red at `red`."""

    title: str
    about: str
    queries: tuple[Query, ...]
    kind: Literal["timeseries", "stat"] = "timeseries"
    unit: str = "short"
    width: int = 8
    stacked: bool = False
    red: float | None = None


class Row(_Part):
    """A heading and its panels, from left to right."""

    title: str
    panels: tuple[Panel, ...]


class Dashboard(_Part):
    """A source file."""

    uid: str
    title: str
    rows: tuple[Row, ...]


def built() -> dict[str, str]:
    """Every dashboard as Grafana reads it, {file name: text}."""
    texts = {}
    for source in sorted((GRAFANA / "sources").glob("*.yaml")):
        dashboard = Dashboard.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
        texts[f"{source.stem}.json"] = json.dumps(_dashboard(dashboard), indent=2) + "\n"
    return texts


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    panels: list[dict[str, Any]] = []
    top = 0
    for row in dashboard.rows:
        heading = {"type": "row", "title": row.title, "collapsed": False, "panels": []}
        panels.append({"id": len(panels) + 1, "gridPos": {"x": 0, "y": top, "w": WIDTH, "h": 1}, **heading})
        left, height = 0, STAT_HEIGHT if all(panel.kind == "stat" for panel in row.panels) else CHART_HEIGHT
        for panel in row.panels:
            place = {"x": left, "y": top + 1, "w": panel.width, "h": height}
            panels.append({"id": len(panels) + 1, "gridPos": place, **_panel(panel)})
            left += panel.width
        top += 1 + height
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
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
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, **_look(panel)}, "overrides": []},
        "options": _options(panel),
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": DATASOURCE,
                "expr": query.expr.replace("$mine", MINE),
                "legendFormat": query.legend,
            }
            for number, query in enumerate(panel.queries)
        ],
    }


def _look(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
        if panel.red is not None:
            steps.append({"color": "red", "value": panel.red})
        return {"thresholds": {"mode": "absolute", "steps": steps}}
    mode = "normal" if panel.stacked else "none"
    return {"custom": {"fillOpacity": 30 if panel.stacked else 0, "stacking": {"mode": mode}}}


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "area"}
    return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}


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


def main() -> None:
    """Write the files."""
    for name, text in built().items():
        path = GRAFANA / "dashboards" / name
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
