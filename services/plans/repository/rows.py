"""Rows without the session: written once, or read, by text that goes to the driver.

Such a row is no object of the session: a change of it is written nowhere, and nothing is flushed over it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Column, RowMapping
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.encryption import EncryptedText, decrypt, encrypt
from services.common.runtime.rows import row_object
from services.plans.models import PlansTable

T = TypeVar("T", bound=PlansTable)


async def put(session: AsyncSession, row: T) -> T:
    """Insert a row now, so that rows that refer to it can follow."""
    text, columns = _insert(type(row))
    connection = await session.connection()
    await connection.exec_driver_sql(text, tuple(_bound(column, getattr(row, column.name)) for column in columns))
    return row


def columns(model: type[PlansTable], alias: str) -> str:
    """What a statement selects of `alias` for `take`."""
    return ", ".join(f"{alias}.{column.name} AS {alias}_{column.name}" for column in _columns(model))


def take(model: type[T], alias: str, row: RowMapping) -> T:
    """A row of `model` out of one that selected its `columns`."""
    taken = _taken(model, alias)
    values = (read(row[label]) if read else row[label] for _, label, read in taken)
    return row_object(model, (name for name, _, _ in taken), values)


def _columns(model: type[PlansTable]) -> tuple[Column[Any], ...]:
    return tuple(model.__table__.columns)  # type: ignore[attr-defined]


@cache
def _insert(model: type[PlansTable]) -> tuple[str, tuple[Column[Any], ...]]:
    """The insert of a table, with the columns whose values it takes in order; the database counts identities."""
    given = tuple(column for column in _columns(model) if column.identity is None)
    names = ", ".join(column.name for column in given)
    places = ", ".join(f"${number}" for number in range(1, len(given) + 1))
    return f"INSERT INTO {model.__tablename__} ({names}) VALUES ({places})", given  # noqa: S608 - names of the model


def _bound(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, JSONB):
        return orjson.dumps(value).decode()
    if isinstance(column.type, EncryptedText) and value is not None:
        return encrypt(value, column.type.place)
    return value


@cache
def _taken(model: type[PlansTable], alias: str) -> tuple[tuple[str, str, Callable[[Any], Any] | None], ...]:
    """For each column: its name, what it is called in the row, and how its value is read where it is not as it is."""
    return tuple((column.name, f"{alias}_{column.name}", _reader(column)) for column in _columns(model))


def _reader(column: Column[Any]) -> Callable[[Any], Any] | None:
    # The driver reads JSON itself; it only writes it as text.
    if isinstance(column.type, EncryptedText):
        place = column.type.place
        return lambda value: None if value is None else decrypt(value, place)
    return None
