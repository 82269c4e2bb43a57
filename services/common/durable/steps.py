"""Typed stubs of activities, so that a workflow reads as calls and its sandbox imports no activity code."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from services.common.durable.presets import (
    LOCAL_LIMIT,
    LOCAL_RETRY,
    OUTSIDE_RETRY,
    OUTSIDE_TIMEOUT,
    PROMPT_LIMIT,
    PROMPT_RETRY,
    WRITE_RETRY,
    WRITE_TIMEOUT,
)

I = TypeVar("I", bound=BaseModel)  # noqa: E741
O = TypeVar("O", bound=BaseModel)  # noqa: E741


FAILED = (ActivityError, ApplicationError)
"""What a step raises. A regular activity wraps what it raised; a local one does not, unless it ran out of time."""


def refusal(error: ActivityError | ApplicationError) -> ApplicationError | None:
    """The permanent refusal that ended a step; None when it ran out of time or attempts."""
    cause = error.cause if isinstance(error, ActivityError) else error
    return cause if isinstance(cause, ApplicationError) and cause.non_retryable else None


@dataclass(frozen=True)
class _LocalFirst(Generic[I, O]):
    """Tried as a local activity, which costs a fifth of a regular one, and where that fails as a regular one."""

    name: str
    output: type[O]

    local_limit: ClassVar[timedelta]
    local_retry: ClassVar[RetryPolicy]
    timeout: ClassVar[timedelta]
    retry: ClassVar[RetryPolicy]

    async def __call__(self, argument: I) -> O:
        try:
            result: O = await workflow.execute_local_activity(
                self.name,
                argument,
                result_type=self.output,
                schedule_to_close_timeout=self.local_limit,
                retry_policy=self.local_retry,
            )
            return result
        except FAILED as error:
            if refusal(error) is not None:
                raise
        late: O = await workflow.execute_activity(
            self.name,
            argument,
            result_type=self.output,
            start_to_close_timeout=self.timeout,
            retry_policy=self.retry,
        )
        return late


class OwnWrite(_LocalFirst[I, O]):
    """A short write to the service's own database: local for five seconds at most, then regular until it succeeds."""

    local_limit = LOCAL_LIMIT
    local_retry = LOCAL_RETRY
    timeout = WRITE_TIMEOUT
    retry = WRITE_RETRY


class PromptCall(_LocalFirst[I, O]):
    """A call that leaves the company, is answered in moments, and may be made again: its activity asks the other side
    what became of a call whose answer was not heard. Local once and shortly, then regular until it succeeds."""

    local_limit = PROMPT_LIMIT
    local_retry = PROMPT_RETRY
    timeout = OUTSIDE_TIMEOUT
    retry = OUTSIDE_RETRY


@dataclass(frozen=True)
class OutsideCall(Generic[I, O]):
    """A call that leaves the company. It is retried until it succeeds or is refused for good."""

    name: str
    output: type[O]
    timeout: timedelta = OUTSIDE_TIMEOUT

    async def __call__(self, argument: I) -> O:
        result: O = await workflow.execute_activity(
            self.name,
            argument,
            result_type=self.output,
            start_to_close_timeout=self.timeout,
            retry_policy=OUTSIDE_RETRY,
        )
        return result
