"""Plans on a real database with the sandbox bank as its core: its workflow's steps, and what can be seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from services.common.banking.fineract import FineractBanking
from services.common.contracts.workflows import RoundInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.database import Database
from services.common.runtime.key_ring import KeyRing
from services.common.runtime.one_time_codes import OneTimeCodes
from services.common.runtime.secrets_policy import SANDBOX_SECRETS
from services.plans.adapters.agreement_pdf import AgreementPrinter
from services.plans.adapters.evidence_store import EvidenceStore
from services.plans.adapters.examiner.client import Examiner
from services.plans.bootstrap import UseCases
from services.plans.models import TABLES
from services.plans.policies import load_policies
from services.plans.service.context import Context
from services.plans.workflows.messages import ActivationResult, NegotiationState
from tests.contract.sandbox_world import SandboxInProcess
from tests.integration.one_service import OneService

INSTITUTION = "Sandbox Bank"
CODES = OneTimeCodes(KeyRing.parse(SANDBOX_SECRETS["payload_keys"]))


@dataclass(frozen=True)
class Case:
    """One case of the tests."""

    case_id: UUID
    account_ref: str

    @property
    def path(self) -> str:
        return f"/v1/cases/{self.case_id}"

    def plan_id(self, round_: int = 1) -> UUID:
        return business_uuid("plan", str(self.case_id), str(round_))

    def plan(self, round_: int = 1) -> str:
        return f"/v1/plans/{self.plan_id(round_)}"


class PlansService(OneService):
    """The service and the bank."""

    def __init__(self, url: str, outside: SandboxInProcess, folder: Path, overlay: Path | None = None) -> None:
        database = Database("plans", url, outside.clock, TABLES)
        self.outside = outside
        self.folder = folder
        self.context = Context(
            database=database,
            policies=load_policies(overlay),
            zone=ZoneInfo("Asia/Shanghai"),
            core=FineractBanking(outside.client),
            files=EvidenceStore.local(folder),
            examiner=Examiner(),
            codes=CODES,
            printer=AgreementPrinter(),
            institution=INSTITUTION,
        )
        self.cases = UseCases(self.context)
        super().__init__(database, outside.clock, self.cases.handlers, self.cases.routers)

    async def close(self) -> None:
        await self.context.examiner.close()
        await super().close()

    # -- the workflow ------------------------------------------------------------------------------------------------

    async def look(self, case: Case, round_: int = 1) -> NegotiationState:
        return await self.cases.activities.look_at_negotiation(RoundInput(case_id=case.case_id, round=round_))

    async def activate(self, case: Case, round_: int = 1) -> ActivationResult:
        return await self.cases.activities.activate_in_core(RoundInput(case_id=case.case_id, round=round_))

    # -- what can be seen --------------------------------------------------------------------------------------------

    async def outbox(self, case: Case, kind: str = "event") -> list[tuple[str, dict[str, Any]]]:
        """Names without prefix and version, and bodies, of what was left for the relay about a case, in order."""
        table = TABLES.outbox
        async with self.database.read() as session:
            rows = await session.execute(
                select(table).where(table.c.case_id == case.case_id, table.c.kind == kind).order_by(table.c.id)
            )
            return [
                (row.name.removeprefix("forbear.").removesuffix(".v1"), orjson.loads(row.body) if row.body else {})
                for row in rows
            ]

    async def said(self, case: Case) -> list[str]:
        """Events of a case but those of tasks."""
        return [name for name, _ in await self.outbox(case) if not name.startswith("task.")]

    async def open_tasks(self, case: Case) -> dict[str, Mapping[str, Any]]:
        """Open tasks by kind."""
        table = TABLES.task
        async with self.database.read() as session:
            rows = await session.execute(
                select(table).where(table.c.case_id == case.case_id, table.c.closed_at.is_(None))
            )
            return {row.kind: dict(row._mapping) for row in rows}

    async def obligations(self, case: Case) -> dict[str, tuple[str, datetime]]:
        """Owner and due instant of what is waited for, by kind."""
        table = TABLES.obligation
        async with self.database.read() as session:
            rows = await session.execute(select(table).where(table.c.case_id == case.case_id, table.c.state == "open"))
            return {row.kind: (row.owner, row.due_at) for row in rows}

    def files(self) -> int:
        """How many objects there are."""
        return sum(path.is_file() for path in self.folder.rglob("*"))
