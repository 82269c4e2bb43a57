"""Which failures are tried again: what the server or the connection did, not what we asked for."""

import asyncpg
import pytest
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection, AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common.kernel.errors import InvalidInput, Unavailable
from services.common.runtime.passing import may_pass


def as_seen(error: Exception) -> Exception:
    """A failure of the driver as SQLAlchemy hands it on."""
    dbapi = AsyncAdapt_asyncpg_dbapi(asyncpg)  # type: ignore[no-untyped-call]
    with pytest.raises(dbapi.Error) as translated:
        AsyncAdapt_asyncpg_connection._handle_exception_no_connection(dbapi, error)
    return DBAPIError.instance("SELECT 1", {}, translated.value, dbapi.Error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("the connection was lost"),
        asyncpg.CannotConnectNowError("the database is starting up"),
        asyncpg.AdminShutdownError("the database is shutting down"),
        asyncpg.TooManyConnectionsError("no connection left"),
        asyncpg.DeadlockDetectedError("deadlock"),
        asyncpg.IdleInTransactionSessionTimeoutError("the process was frozen in a transaction"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("got result for unknown protocol state"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_server_or_the_connection_did_may_pass(error: Exception) -> None:
    assert may_pass(as_seen(error))


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UniqueViolationError("there already"),
        asyncpg.StringDataRightTruncationError("too long"),
        asyncpg.exceptions.DataError("invalid input for query argument $1"),
        asyncpg.UndefinedTableError("no such table"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_we_asked_for_does_not(error: Exception) -> None:
    assert not may_pass(as_seen(error))


def test_errors_that_are_not_the_database_s() -> None:
    assert may_pass(PoolTimeout()) and may_pass(ConnectionRefusedError()) and may_pass(Unavailable("away"))
    assert not may_pass(InvalidInput("wrong")) and not may_pass(KeyError("mistake"))
