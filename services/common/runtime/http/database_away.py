"""A database that is away, full or busy is a 503 that may be tried again, not an error of ours."""

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common.kernel.errors import Unavailable
from services.common.runtime.http.problems import problem_response
from services.common.runtime.passing import may_pass


async def _away(request: Request, error: Exception) -> Response:
    if not may_pass(error) or getattr(error, "filename", None) is not None:
        raise error
    away = Unavailable("the database cannot be reached now; try again with the same Idempotency-Key")
    return problem_response(away, request.scope)


def install_database_away(app: FastAPI) -> None:
    """Answer 503 where the database is away; other database errors stay unexpected."""
    # FileNotFoundError: the socket of a local server that stopped. A file of ours that is missing has a name.
    for kind in (DBAPIError, PoolTimeout, ConnectionError, FileNotFoundError):
        app.add_exception_handler(kind, _away)
