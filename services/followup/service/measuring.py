"""Keeping what measures are computed from: an observer of the topics, beside the use cases and their inbox."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from services.common.contracts.envelope import Event
from services.common.runtime.database import Database
from services.common.runtime.logging import get_logger
from services.followup.repository import measures
from services.followup.service.happenings import kept_of, observed_topics, observed_types

log = get_logger(__name__)


class Measuring:
    """Shown every event of its types at least once; keeps each once."""

    topics = observed_topics()
    types = observed_types()

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, events: Sequence[Event]) -> None:
        """Keep what is asked for of some events. Each statement is by itself: events that failed are shown again."""
        happenings: list[dict[str, Any]] = []
        standings: list[dict[str, Any]] = []
        cases: dict[Any, dict[str, Any]] = {}
        for event in events:
            try:
                kept = kept_of(event)
            except ValidationError:
                log.warning("event_not_measured", event_type=event.type)
                continue
            if "happening" in kept:
                happenings.append(kept["happening"])
            if "standing" in kept:
                standings.append(kept["standing"])
            if "case" in kept:
                row = kept["case"]
                known = cases.get(row["case_id"], {})
                newest = {name: row[name] for name in ("agent", "assigned_at") if name in row}
                cases[row["case_id"]] = row | known | newest
        async with self._database.read() as session:
            await measures.keep_happenings(session, happenings)
            await measures.keep_cases(session, sorted(cases.values(), key=lambda row: str(row["case_id"])))
            await measures.keep_standings(session, standings)
