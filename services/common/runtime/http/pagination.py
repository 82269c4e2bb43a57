"""Keyset pages: a signed cursor holds the sort key of the last row, bound to its list and filters."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from services.common.runtime.http.refusals import InvalidCursor

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
_MAC = 16

Scalar = str | int | None | datetime | date | UUID
T = TypeVar("T")
R = TypeVar("R")
_READERS: dict[str, Callable[[str], Scalar]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": UUID,
}


class Page(BaseModel, Generic[T]):
    """One page of a list. `next` is the cursor of the following page, null on the last one."""

    items: list[T]
    next: str | None = Field(default=None, description="give it back as `cursor`")


class Cursors:
    """Writes and reads cursors; a changed one, or one of another list, is refused."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.new(key, b"forbear page cursors", hashlib.sha256).digest()

    def write(self, purpose: str, position: Sequence[Scalar]) -> str:
        """The cursor after a row whose sort key and id are `position`."""
        body = orjson.dumps([_tagged(part) for part in position], option=orjson.OPT_PASSTHROUGH_DATETIME)
        return base64.urlsafe_b64encode(self._mac(purpose, body) + body).decode().rstrip("=")

    def read(self, purpose: str, cursor: str) -> tuple[Scalar, ...]:
        """The position of a cursor. InvalidCursor when it was not given out for this purpose."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise InvalidCursor("start again without a cursor") from None
        mac, body = raw[:_MAC], raw[_MAC:]
        if not hmac.compare_digest(mac, self._mac(purpose, body)):
            raise InvalidCursor("start again without a cursor")
        return tuple(_untagged(part) for part in orjson.loads(body))

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return hmac.new(self._key, purpose.encode() + b"\x00" + body, hashlib.sha256).digest()[:_MAC]


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What a list was asked for. Read `limit + 1` rows after `after`, in the order of the sort key and id."""

    limit: int
    after: tuple[Scalar, ...] | None
    purpose: str
    cursors: Cursors

    def page(self, rows: Sequence[R], position: Callable[[R], Sequence[Scalar]], item: Callable[[R], T]) -> "Page[T]":
        """The page of up to `limit` of the rows read; `position` gives a row's sort key and id, `item` its form."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        following = self.cursors.write(self.purpose, position(shown[-1])) if more else None
        return Page(items=[item(row) for row in shown], next=following)


def page_query(
    request: Request,
    cursor: Annotated[str | None, Query(max_length=600, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> PageQuery:
    """The page that was asked for. InvalidCursor for a cursor of another list or other filters."""
    cursors: Cursors = request.app.state.cursors
    filters = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in ("cursor", "limit"))
    purpose = orjson.dumps([request.url.path, filters]).decode()
    return PageQuery(limit, None if cursor is None else cursors.read(purpose, cursor), purpose, cursors)


PageAsked = Annotated[PageQuery, Depends(page_query)]


def _tagged(part: Scalar) -> object:
    if isinstance(part, datetime):
        return ["t", part.isoformat()]
    if isinstance(part, date):
        return ["d", part.isoformat()]
    if isinstance(part, UUID):
        return ["u", str(part)]
    return part


def _untagged(part: object) -> Scalar:
    if isinstance(part, list):
        return _READERS[part[0]](part[1])
    if part is None or isinstance(part, str | int):
        return part
    raise InvalidCursor("start again without a cursor")
