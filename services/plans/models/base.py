"""What the tables of plans share."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, MetaData, Numeric
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.common.runtime.tables import NAMING

AMOUNT = Numeric(19, 4)


class PlansTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of the tables of this service."""


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A column that holds a value of the enumeration (or nothing, where it may be empty)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
