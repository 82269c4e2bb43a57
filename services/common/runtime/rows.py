"""Objects of rows that text statements read: as the ORM makes them, but without validation and without a session.

No statement looks for changes of such an object, and nothing is flushed over what another statement wrote: what is set
on it is written by the repository that locked it, or nowhere.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel

T = TypeVar("T", bound=SQLModel)


def row_object(model: type[T], columns: Iterable[str], values: Iterable[Any]) -> T:
    """An object of `model` with these values. ValueError when there are not as many values as columns."""
    instance: T = class_mapper(model).class_manager.new_instance()
    instance.__dict__.update(zip(columns, values, strict=True))
    return instance
