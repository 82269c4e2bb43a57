"""Figures of a process: names, refresh before reading, and what happens when tables do not answer."""

import asyncio

import pytest

from services.common.runtime import metrics as module
from services.common.runtime.metrics import Metrics


async def test_table_figures_are_refreshed_before_reading_but_not_each_time() -> None:
    metrics, calls = Metrics("intake", "relay"), []

    async def refresh() -> None:
        calls.append(1)
        metrics.cases_by_state.labels("OFFERED").set(len(calls))

    metrics.refresh(refresh)
    first, second = await metrics.text(), await metrics.text()
    assert b'forbear_cases{state="OFFERED"} 1.0' in first and first.count(b"forbear_cases{") == 1
    assert b'forbear_process{role="relay",service="intake"} 1.0' in first
    assert b'forbear_cases{state="OFFERED"} 1.0' in second and len(calls) == 1
    metrics._refreshed -= module.REFRESH_SECONDS + 1
    assert b'forbear_cases{state="OFFERED"} 2.0' in await metrics.text()


async def test_a_failing_refresh_is_counted_and_hides_nothing_else() -> None:
    metrics = Metrics("intake")

    async def fails() -> None:
        raise ConnectionError("database")

    async def works() -> None:
        metrics.overdue_obligations.labels("contact", "person").set(3)

    metrics.refresh(fails)
    metrics.refresh(works)
    text = await metrics.text()
    assert b"forbear_metrics_refresh_failures_total 1.0" in text
    assert b'forbear_overdue_obligations{kind="contact",owner="person"} 3.0' in text


async def test_a_refresh_that_hangs_does_not_hold_up_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics("intake")
    metrics.refresh(asyncio.Event().wait)  # type: ignore[arg-type]
    monkeypatch.setattr(module, "REFRESH_DEADLINE", 0.01)
    assert b"forbear_metrics_refresh_failures_total 1.0" in await metrics.text()


def test_two_processes_in_one_do_not_share_a_registry() -> None:
    one, two = Metrics("intake"), Metrics("plans")
    one.dead_letters.labels("forbear.cases").set(1)
    assert two.registry.get_sample_value("forbear_dead_letters", {"topic": "forbear.cases"}) is None
