"""JSON log lines with an allow-list of fields. Exceptions appear as class and place, never with their text.

An exception's text often holds what a person sent (a row, a body, a parameter), so it stays out of the log.
"""

import logging
import os
import re
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from services.common.runtime.log_fields import LOG_FIELDS

MAX_TEXT = 300
# What libraries put into their texts is theirs to change, so of a library's line only the template is kept. What
# alembic puts there are names of our own migrations.
_OWN = ("services", "forbear", "sandbox", "alembic")
# What the lines of temporalio are about comes beside the text too, under these names.
_TEMPORAL = {
    "workflow_id": "workflow_id",
    "workflow_type": "workflow_type",
    "workflow_run_id": "run_id",
    "run_id": "run_id",
    "activity_type": "activity",
    "attempt": "attempt",
}
_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def configure_logging(service: str, role: str, level: str = "INFO", stream: IO[str] | None = None) -> None:
    """Route structlog and the standard library to JSON lines on `stream` (standard output)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Process(service, role),
        _name_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _foreign_text],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, keep_allowed, _render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"
    # They log every request with its full address, query included.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module; fields outside the allow-list are dropped."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


@contextmanager
def bound(**fields: str) -> Iterator[None]:
    """Put fields (correlation_id, case_id ...) on every line of this context."""
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def correlation_from(text: str | None) -> str:
    """The given correlation id when it is short and plain, otherwise a new one."""
    return text if text and _CORRELATION.fullmatch(text) else new_correlation_id()


def new_correlation_id() -> str:
    """A time-ordered id in the form of UUID version 7."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(UUID(int=value))


def current_correlation_id() -> str:
    """The correlation id of this context, or a new one where none was bound."""
    return str(structlog.contextvars.get_contextvars().get("correlation_id") or new_correlation_id())


def error_fields(error: BaseException) -> dict[str, str]:
    """`error` (class names along the chain of causes) and `where` (innermost frame, ours when there is one)."""
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 5:
        chain.append(type(cause).__name__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    where = f"{_short(own[-1].filename)}:{own[-1].lineno} {own[-1].name}" if own else "unknown"
    return {"error": " < ".join(chain), "where": where}


def keep_allowed(logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
    """Drop what is not on the allow-list and name the dropped fields."""
    kept = {name: _bounded(value) for name, value in event_dict.items() if name in LOG_FIELDS}
    dropped = sorted(str(name)[:40] for name in event_dict if name not in LOG_FIELDS)
    return {**kept, "dropped_fields": dropped[:20]} if dropped else kept


class _Process:
    """Adds the service and the role of this process."""

    def __init__(self, service: str, role: str) -> None:
        self._fields = {"service": service, "role": role}

    def __call__(self, logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
        return {**self._fields, **event_dict}


def _name_exception(logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
    found = event_dict.pop("exc_info", None)
    event_dict.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    return {**event_dict, **error_fields(found)} if isinstance(found, BaseException) else event_dict


def _foreign_text(logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
    record: logging.LogRecord | None = event_dict.get("_record")
    if record is None or record.name.split(".")[0] in _OWN:
        return event_dict
    # The first line of the template: asyncio, for one, appends the exception's text below it, and temporalio a dict
    # to the line itself.
    event_dict["event"] = str(record.msg).partition("\n")[0].partition(" ({")[0]
    about = getattr(record, "temporal_activity", None) or getattr(record, "temporal_workflow", None) or {}
    return {**event_dict, **{field: about[name] for name, field in _TEMPORAL.items() if name in about}}


def _bounded(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return [_bounded(item) for item in list(value)[:50]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:MAX_TEXT]


def _render(logger: WrappedLogger, method: str, event_dict: EventDict) -> str:
    return orjson.dumps(event_dict, option=orjson.OPT_NON_STR_KEYS).decode()


def _short(filename: str) -> str:
    parts = Path(filename).parts
    return os.sep.join(parts[-3:])
