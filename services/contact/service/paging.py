"""Where a page of a list begins, of lists ordered by a moment and an id."""

from datetime import datetime
from uuid import UUID

from services.common.runtime.http.pagination import PageQuery

Place = tuple[datetime, UUID]


def place_of(asked: PageQuery) -> Place | None:
    """The moment and the id of the last row of the page before; None for the first page."""
    if asked.after is None:
        return None
    at, id_ = asked.after
    assert isinstance(at, datetime) and isinstance(id_, UUID)
    return at, id_
