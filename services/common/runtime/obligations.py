"""Obligations: what is waited for, until when, and who must act. The relay nudges the workflow of an overdue one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert

if TYPE_CHECKING:
    from services.common.runtime.unit_of_work import UnitOfWork

Owner = Literal["workflow", "person", "outside"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """`kind` and `ref` name it; at most one of a name is open. `workflow_id` is who is nudged when it is overdue."""

    case_id: UUID
    kind: str
    ref: str
    owner: Owner
    due_at: datetime
    workflow_id: str | None = None


async def oblige(uow: UnitOfWork, obligation: Obligation) -> None:
    """Open the obligation, or move the open one of the same kind and ref to the new due instant and owner."""
    table = uow.tables.obligation
    values = {
        "case_id": obligation.case_id,
        "kind": obligation.kind,
        "ref": obligation.ref,
        "owner": obligation.owner,
        "workflow_id": obligation.workflow_id,
        "due_at": obligation.due_at,
        "opened_at": uow.now(),
    }
    opened = insert(table).values(values)
    await uow.session.execute(
        opened.on_conflict_do_update(
            index_elements=[table.c.kind, table.c.ref],
            index_where=text("state = 'open'"),
            set_={
                "due_at": opened.excluded.due_at,
                "owner": opened.excluded.owner,
                "workflow_id": opened.excluded.workflow_id,
                "nudged_at": None,
            },
        )
    )


async def close(uow: UnitOfWork, kind: str, ref: str, state: Literal["met", "cancelled"]) -> bool:
    """Close the open obligation of this kind and ref; False when there was none."""
    table = uow.tables.obligation
    closed = await uow.session.execute(
        update(table)
        .where(table.c.kind == kind, table.c.ref == ref, table.c.state == "open")
        .values(state=state, closed_at=uow.now())
        .returning(table.c.id)
    )
    return closed.first() is not None


async def close_all(uow: UnitOfWork, case_id: UUID) -> None:
    """Cancel every open obligation of a case."""
    table = uow.tables.obligation
    await uow.session.execute(
        update(table)
        .where(table.c.case_id == case_id, table.c.state == "open")
        .values(state="cancelled", closed_at=uow.now())
    )
