"""Obligations: what is waited for, until when, and who must act. The relay nudges the workflow of an overdue one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from services.common.runtime.sql import Sql

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


# An open obligation of the same name is moved to the new due instant and owner.
OR_MOVE = """
    ON CONFLICT (kind, ref) WHERE state = 'open' DO UPDATE
    SET due_at = excluded.due_at, owner = excluded.owner, workflow_id = excluded.workflow_id, nudged_at = NULL
"""
OPEN = Sql(
    f"""
    INSERT INTO obligation (case_id, kind, ref, owner, workflow_id, due_at, opened_at)
    VALUES (:case_id, :kind, :ref, :owner, :workflow_id, :due_at, :now)
    {OR_MOVE}
    """  # noqa: S608 - our own text
)
CLOSE = Sql(
    "UPDATE obligation SET state = :state, closed_at = :now "
    "WHERE kind = :kind AND ref = :ref AND state = 'open' RETURNING id"
)

CLOSE_ALL = Sql(
    "UPDATE obligation SET state = 'cancelled', closed_at = :now WHERE case_id = :case_id AND state = 'open'"
)


async def oblige(uow: UnitOfWork, obligation: Obligation) -> None:
    """Open the obligation, or move the open one of the same kind and ref to the new due instant and owner."""
    await OPEN.run(uow.session, {**asdict(obligation), "now": uow.now()})


async def close(uow: UnitOfWork, kind: str, ref: str, state: Literal["met", "cancelled"]) -> bool:
    """Close the open obligation of this kind and ref; False when there was none."""
    closed = await CLOSE.run(uow.session, {"kind": kind, "ref": ref, "state": state, "now": uow.now()})
    return closed.first() is not None


async def close_all(uow: UnitOfWork, case_id: UUID) -> None:
    """Cancel every open obligation of a case."""
    await CLOSE_ALL.run(uow.session, {"case_id": case_id, "now": uow.now()})
