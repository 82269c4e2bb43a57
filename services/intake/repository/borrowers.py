"""Borrowers: facts are merged field by field, the newer day wins, and each fact keeps its origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, literal_column, select, text
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.caller import Caller
from services.common.runtime.encryption import decrypt
from services.common.runtime.sql import Sql
from services.intake.models import HOLD_KIND, Borrower, CollectionsCase
from services.intake.repository.cases import visible_to

_BORROWER = Borrower.__table__  # type: ignore[attr-defined]
FACTS = ("name", "phone", "national_id", "email", "postal_address", "language", "time_zone")
COLUMNS_OF = {
    "name": ("name",),
    "phone": ("phone", "phone_digest"),
    "national_id": ("national_id", "national_id_digest"),
    "email": ("email",),
    "postal_address": ("postal_address",),
    "language": ("language",),
    "time_zone": ("time_zone",),
}
# Days are ISO text, which sorts as they follow each other; a fact of the same day does not replace what is there.
_NEWER = (
    "excluded.provenance ? {fact} AND (NOT borrower.provenance ? {fact} OR "
    "excluded.provenance -> {fact} ->> 'as_of' > borrower.provenance -> {fact} ->> 'as_of')"
)


def provenance(values: Mapping[str, str | None], source: str, as_of: date) -> dict[str, dict[str, str]]:
    """The origin of each fact that is there."""
    return {fact: {"source": source, "as_of": as_of.isoformat()} for fact in FACTS if values.get(fact) is not None}


def merging(inserting: Insert) -> Insert:
    """An INSERT of borrowers that merges with those that are there: only facts of a newer day replace others."""
    changes: dict[str, Any] = {
        column: literal_column(
            f"CASE WHEN {_NEWER.format(fact=_quoted(fact))} THEN excluded.{column} ELSE borrower.{column} END", Text
        )
        for fact, columns in COLUMNS_OF.items()
        for column in columns
    }
    newer_key = _NEWER.format(fact="fact.key")
    changes["provenance"] = literal_column(
        "borrower.provenance || (SELECT coalesce(jsonb_object_agg(fact.key, fact.value), '{}'::jsonb) "  # noqa: S608 - made of constants
        f"FROM jsonb_each(excluded.provenance) AS fact WHERE {newer_key})"
    )
    return inserting.on_conflict_do_update(
        index_elements=[_BORROWER.c.borrower_id],
        set_=changes,
        where=text(f"EXISTS (SELECT FROM jsonb_each(excluded.provenance) AS fact WHERE {newer_key})"),
    )


def _quoted(fact: str) -> str:
    return f"'{fact}'"


_MERGE = merging(insert(_BORROWER))
_STANDING = Sql(
    """
    SELECT CASE WHEN provenance ? 'time_zone' THEN time_zone END AS time_zone, provenance ? 'name' AS named, ARRAY(
        SELECT kind FROM hold
        WHERE hold.borrower_id = borrower.borrower_id AND starts_at <= :now AND (ends_at IS NULL OR ends_at > :now)
            AND lifted_at IS NULL
    ) AS holds, EXISTS (
        SELECT FROM vulnerability_flag
        WHERE vulnerability_flag.borrower_id = borrower.borrower_id AND ended_at IS NULL
    ) AS flagged
    FROM borrower WHERE borrower_id = :borrower_id
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a borrower stands: whether known by name, the kinds of holds in force, whether there are flags.

    `time_zone` is None when nobody said one: then the row holds the policy's.
    """

    time_zone: str | None
    named: bool
    holds: frozenset[str]
    flagged: bool


async def merge(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Insert a borrower or merge its facts. The row is locked until the transaction ends, in every case."""
    await session.execute(_MERGE, values)


async def get(session: AsyncSession, borrower_id: UUID) -> Borrower | None:
    """One borrower."""
    return (await session.execute(select(Borrower).where(Borrower.borrower_id == borrower_id))).scalar_one_or_none()  # type: ignore[arg-type]


async def standing(session: AsyncSession, borrower_id: UUID, now: datetime) -> Standing:
    """What triage asks of a borrower; a foreign key holds the row."""
    row = (await _STANDING.run(session, {"borrower_id": borrower_id, "now": now})).one()
    holds = frozenset(decrypt(kind, HOLD_KIND) for kind in row.holds)
    return Standing(row.time_zone, row.named, holds, row.flagged)


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> Borrower | None:
    """The borrower of a case, if the caller may see the case."""
    query = (
        select(Borrower)
        .join(CollectionsCase, col(CollectionsCase.borrower_id) == col(Borrower.borrower_id))
        .where(col(CollectionsCase.case_id) == case_id, visible_to(caller))
    )
    return (await session.execute(query)).scalar_one_or_none()


async def lock(session: AsyncSession, borrower_id: UUID) -> str:
    """Lock a borrower until the transaction ends; the time zone they live in."""
    query = select(col(Borrower.time_zone)).where(col(Borrower.borrower_id) == borrower_id).with_for_update()
    return (await session.execute(query)).scalar_one()
