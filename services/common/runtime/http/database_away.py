"""A database that is away, full or busy is a 503 that may be tried again, not an error of ours."""

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common.kernel.errors import Unavailable
from services.common.runtime.http.problems import problem_response

#: SQLSTATE classes and codes that may pass by themselves: connection lost, no resources, shutdown or cancellation,
#: lock not available, serialization failure and deadlock.
PASSING = ("08", "53", "57", "55P03", "40001", "40P01")


def may_pass(error: Exception) -> bool:
    """Whether the same statement may succeed later without a change."""
    if isinstance(error, PoolTimeout | InterfaceError | ConnectionError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(PASSING)


async def _away(request: Request, error: Exception) -> Response:
    if not may_pass(error):
        raise error
    return problem_response(Unavailable("the database cannot be reached now; try again with the same Idempotency-Key"))


def install_database_away(app: FastAPI) -> None:
    """Answer 503 where the database is away; other database errors stay unexpected."""
    for kind in (DBAPIError, PoolTimeout, ConnectionError):
        app.add_exception_handler(kind, _away)
