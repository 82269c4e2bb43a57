"""Which failures may pass by themselves, so that the same thing may be tried again without a change."""

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common.kernel.errors import Retryable

#: SQLSTATE classes and codes: connection lost, no resources, shutdown or cancellation, lock not available,
#: serialization failure and deadlock.
STATES = ("08", "53", "57", "55P03", "40001", "40P01")


def may_pass(error: BaseException) -> bool:
    """Whether the same attempt may succeed later. An integrity or data error is our own mistake and stays one."""
    if isinstance(error, PoolTimeout | InterfaceError | OSError | TimeoutError | Retryable):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(STATES)
