"""Which failures may pass by themselves, so that the same thing may be tried again without a change."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common.kernel.errors import Retryable

#: SQLSTATE classes and codes: connection lost, no resources, shutdown or cancellation, lock not available,
#: serialization failure, deadlock, and a transaction in which we slept too long.
STATES = ("08", "53", "57", "55P03", "40001", "40P01", "25P03")


def may_pass(error: BaseException) -> bool:
    """Whether the same attempt may succeed later. An integrity or data error is our own mistake and stays one."""
    if isinstance(error, PoolTimeout | OSError | TimeoutError | Retryable):
        return True
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    if isinstance(error.orig.__cause__, ValueError):
        # The driver could not make a parameter of a value: it will not be able to next time.
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)
    # Without a state the server said nothing: the driver lost the connection, or its place in the conversation.
    return error.connection_invalidated or state is None or state.startswith(STATES)
