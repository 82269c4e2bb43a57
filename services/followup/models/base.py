"""What the tables of followup share."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, MetaData, Numeric
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.common.runtime.tables import NAMING

AMOUNT = Numeric(19, 4)


class FollowupTable(SQLModel, registry=registry()):
    """Base of the tables of this service."""

    metadata = MetaData(naming_convention=NAMING)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
