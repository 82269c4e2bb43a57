"""Log lines: JSON, known fields only, and no text of an exception."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import structlog
from temporalio import activity
from temporalio.testing import ActivityEnvironment

from services.common.runtime.logging import (
    bound,
    configure_logging,
    correlation_from,
    current_correlation_id,
    get_logger,
    new_correlation_id,
)

CANARY = "Wang Xiaoming 13800138000"


class Lines:
    """What was written, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = Lines()
    configure_logging("plans", "api", "INFO", written.stream)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_known_fields_stay_and_others_are_only_named(lines: Lines) -> None:
    with bound(correlation_id="c-1", case_id="k-1"):
        get_logger("x").info("request", status=200, borrower_name=CANARY, phone=CANARY)
    (line,) = lines.read()
    assert line["event"] == "request" and line["status"] == 200
    assert (line["service"], line["role"], line["level"]) == ("plans", "api", "info")
    assert (line["correlation_id"], line["case_id"]) == ("c-1", "k-1")
    assert line["dropped_fields"] == ["borrower_name", "phone"]
    assert CANARY not in lines.stream.getvalue()


def test_an_exception_is_its_class_and_place(lines: Lines) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as cause:
            raise ValueError(f"cannot use {CANARY}") from cause
    except ValueError:
        get_logger("x").exception("failed")
        logging.getLogger("somewhere").exception("failed too")
    first, second = lines.read()
    assert first["error"] == second["error"] == "ValueError < KeyError"
    assert "test_logging.py" in first["where"] and "test_an_exception_is_its_class" in first["where"]
    assert CANARY not in lines.stream.getvalue()


@pytest.mark.parametrize("library", ["somewhere", "aiokafka.cluster", "temporalio.worker", "uvicorn.error"])
def test_of_a_line_of_a_library_only_the_template_is_kept(lines: Lines, library: str) -> None:
    logging.getLogger(library).info("topic %s is gone", CANARY)
    logging.getLogger(library).warning("cannot parse %(value)r", {"value": CANARY})
    logging.getLogger(library).error("Task exception was never retrieved\nfuture: %s", CANARY)
    events = [line["event"] for line in lines.read()]
    assert events == ["topic %s is gone", "cannot parse %(value)r", "Task exception was never retrieved"]
    assert CANARY not in lines.stream.getvalue()


async def test_a_line_of_an_activity_has_its_references_as_fields(lines: Lines) -> None:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, workflow_id="case/1", activity_type="triage", attempt=3)
    environment.run(lambda: activity.logger.warning("Completing activity as failed", extra={"more": CANARY}))
    (line,) = lines.read()
    assert line["event"] == "Completing activity as failed"
    assert (line["workflow_id"], line["activity"], line["attempt"]) == ("case/1", "triage", 3)
    assert CANARY not in lines.stream.getvalue() and "{" not in line["event"]


def test_our_own_lines_keep_what_we_put_into_them(lines: Lines) -> None:
    logging.getLogger("services.common.x").info("migration %s is applied", "202611220900")
    assert [line["event"] for line in lines.read()] == ["migration 202611220900 is applied"]


def test_a_line_is_one_line_and_bounded(lines: Lines) -> None:
    get_logger("x").info("bad\r\nlevel: fake", kind="k" * 5000)
    (line,) = lines.read()
    assert line["event"] == "bad\r\nlevel: fake" and len(line["kind"]) == 300


def test_http_clients_and_access_logs_do_not_write_addresses(lines: Lines) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET http://x/?phone=%s", CANARY)
    logging.getLogger("uvicorn.access").info("GET /?phone=%s", CANARY)
    assert lines.read() == []


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "a\nb", "é"])
def test_a_strange_correlation_id_is_replaced(given: str | None) -> None:
    assert UUID(correlation_from(given)).version == 7


def test_a_plain_correlation_id_is_kept_and_new_ones_are_in_order() -> None:
    assert correlation_from("bank-42:7.x_Y") == "bank-42:7.x_Y"
    assert new_correlation_id()[:13] <= new_correlation_id()[:13]
    with bound(correlation_id="outer"):
        assert current_correlation_id() == "outer"
