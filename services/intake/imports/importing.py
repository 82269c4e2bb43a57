"""The import of a file: every chunk is one transaction, and an interrupted import goes on after the last one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel

from services.common.contracts.events.cases import CaseOpened
from services.common.contracts.workflows import CASE, QUEUE
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.outbox import SINKS
from services.intake.imports.errors import RowRefused
from services.intake.imports.mapping import Mapping
from services.intake.imports.quarantine import Quarantine
from services.intake.imports.reader import Extract, RawRow, rows_of
from services.intake.imports.staging import Prepared, first_of_each, merged_borrowers, staged
from services.intake.policies import Policies
from services.intake.repository import importing
from services.intake.service.states.names import TRIAGE

CHUNK = 5000
Progress = Callable[[int], None]


class Report(BaseModel):
    """What became of the rows: `rows` is the sum of the others. `resumed_at`: rows an interrupted import had done."""

    file_hash: str
    mapping: str
    rows: int
    opened: int
    known: int
    skipped: dict[str, int]
    quarantined: int
    resumed_at: int


@dataclass(slots=True)
class _Counts:
    opened: int
    known: int
    last_line: int


class Importing:
    """Imports extracts. One `now` holds for a whole run, so that its cases do not depend on how it was cut."""

    def __init__(self, database: Database, policies: Policies, institution: str, chunk: int = CHUNK) -> None:
        self._database = database
        self._policies = policies
        self._institution = institution
        self._chunk = chunk

    async def run(
        self,
        caller: Caller,
        extract: Extract,
        mapping: Mapping,
        quarantine: Quarantine,
        now: datetime | None = None,
        progress: Progress = lambda done: None,
    ) -> Report:
        """Open a case for each row that is past due and has none open; `progress` hears how many rows are behind."""
        now = now or self._database.clock.now()
        counts = await self._begin(extract, mapping, now)
        resumed_at = counts.last_line
        skipped: Counter[str] = Counter()
        chunk: list[Prepared] = []
        read = 0
        for raw in rows_of(extract):
            read = raw.number
            try:
                reason, prepared = self._prepare(raw, extract, mapping, now)
            except RowRefused as refused:
                quarantine.keep(extract, raw, str(refused))
                continue
            if prepared is None:
                skipped[reason] += 1
            elif raw.number > resumed_at:
                chunk.append(prepared)
            if len(chunk) == self._chunk:
                await self._import(caller, extract, mapping, chunk, counts, now)
                chunk = []
                progress(read)
        await self._import(caller, extract, mapping, chunk, counts, now)
        progress(read)
        async with self._database.write(caller) as uow:
            await importing.finish_run(uow.session, extract.file_hash, mapping.name, self._database.clock.now())
        return Report(
            file_hash=extract.file_hash,
            mapping=mapping.name,
            rows=read,
            opened=counts.opened,
            known=counts.known,
            skipped=dict(skipped),
            quarantined=quarantine.rows,
            resumed_at=resumed_at,
        )

    def _prepare(self, raw: RawRow, extract: Extract, mapping: Mapping, now: datetime) -> tuple[str, Prepared | None]:
        """The row ready for the stage, or why it is skipped. RowRefused when it cannot be used."""
        if len(raw.cells) != len(extract.header):
            raise RowRefused(f"has {len(raw.cells)} columns and not {len(extract.header)}")
        row = dict(zip(extract.header, raw.cells, strict=True))
        reason = mapping.skipped(row)
        if reason is not None:
            return reason, None
        return "", Prepared(raw.number, mapping.read(row), self._institution, self._policies, now)

    async def _begin(self, extract: Extract, mapping: Mapping, now: datetime) -> _Counts:
        async with self._database.read() as session:
            before = await importing.run(session, extract.file_hash, mapping.name)
        if before is None or before.finished_at is not None:
            return _Counts(0, 0, 0)
        return _Counts(before.opened, before.known, before.last_line)

    async def _import(
        self, caller: Caller, extract: Extract, mapping: Mapping, chunk: list[Prepared], counts: _Counts, now: datetime
    ) -> None:
        if not chunk:
            return
        correlation_id = f"import/{extract.file_hash[:16]}"
        rows = first_of_each(chunk)
        borrowers = merged_borrowers(chunk)
        async with self._database.write(caller) as uow:
            await importing.lock_imports(uow.session)
            earlier = await importing.pairs(
                uow.session, [row.borrower_id for row in rows], [row.row.account_ref for row in rows]
            )
            await importing.stage(
                uow.session,
                [staged(row, borrowers[row.borrower_id], earlier.get(row.pair), now, correlation_id) for row in rows],
            )
            await importing.merge_borrowers(uow.session)
            values = {
                "now": now,
                "actor": caller.person,
                "subject": caller.subject,
                "acting_for": caller.acting_for,
                "correlation_id": correlation_id,
                "topic": CaseOpened.topic,
                "event_type": CaseOpened.type,
                "queue": QUEUE[CASE],
                "workflow": CASE,
                "obligation": TRIAGE,
                "due": now + timedelta(hours=self._policies.cases(now).triage_hours),
            }
            opened = await importing.open_staged(uow.session, values)
            counts.opened += opened
            counts.known += len(chunk) - opened
            counts.last_line = chunk[-1].line
            await importing.keep_run(
                uow.session,
                {
                    "file_hash": extract.file_hash,
                    "mapping": mapping.name,
                    "last_line": counts.last_line,
                    "opened": counts.opened,
                    "known": counts.known,
                    "started_at": now,
                    "finished_at": None,
                },
            )
            uow.wrote_for.update(SINKS)
