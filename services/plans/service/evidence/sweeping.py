"""Keeping the ledger tidy: objects that no row refers to are removed, and what ran out is written down."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.logging import get_logger
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.repository import evidence as repository
from services.plans.schemas.evidence import Swept

MIN_AGE = timedelta(hours=1)
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SweepEvidence:
    """Repairs what a crash between file and row left, and says of documents that they have expired."""

    database: Database
    files: EvidenceStore
    zone: ZoneInfo

    async def sweep(self, caller: Caller, age: timedelta) -> Swept:
        """Remove objects older than `age` (an hour at least: an upload may be under way) without a row, and mark what
        expired. Age is wall time, as the store counts it; expiry goes by the bank's day."""
        before = datetime.now(UTC) - max(age, MIN_AGE)
        removed = 0
        async for found in self.files.written_before(before):
            keys = [one.key for one in found]
            async with self.database.read() as session:
                known = await repository.known_keys(session, keys)
            for key in keys:
                if key not in known:
                    await self.files.remove(key)
                    removed += 1
        async with self.database.write(caller) as uow:
            expired = await repository.expire(uow.session, local_day(uow.now(), self.zone))
            for evidence_id, case_id in expired:
                await uow.audit("evidence.expired", f"evidence/{evidence_id}", case_id=case_id)
        log.info("evidence_swept", count=removed)
        return Swept(objects_removed=removed, documents_expired=len(expired))
