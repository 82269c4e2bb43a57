"""What the tables of contact share."""

from typing import Any

from sqlalchemy import Column, MetaData, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.common.runtime.tables import INSTANT, NAMING


class ContactTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of contact's tables."""


def instant(*, nullable: bool = False) -> Any:
    """A column that holds an instant."""
    return Column(INSTANT, nullable=nullable)


def jsonb() -> Any:
    """A column that holds a list or an object."""
    return Column(JSONB, nullable=False)


def amount(*, nullable: bool = False) -> Any:
    """A column that holds an amount of money, of a currency that is told beside it."""
    return Column(Numeric(19, 4), nullable=nullable)
