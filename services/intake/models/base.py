"""What the tables of intake share."""

from typing import Any

from sqlalchemy import Column, MetaData, Numeric
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from services.common.runtime.tables import INSTANT, NAMING


def amount(*, nullable: bool = False) -> Any:
    """A column that holds an amount of money."""
    return Column(Numeric(19, 4), nullable=nullable)


def instant(*, nullable: bool = False) -> Any:
    """A column that holds an instant."""
    return Column(INSTANT, nullable=nullable)


class IntakeTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of the tables of intake, with metadata of its own."""
