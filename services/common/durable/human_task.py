"""Asking a person: open the task, wait, look whether it is decided. A helper for workflows, not a workflow."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from pydantic import BaseModel

from services.common.durable.look_again import LookAgain

I = TypeVar("I", bound=BaseModel)  # noqa: E741


class HumanState(Protocol):
    """What a step that opens a task and reads its decision returns."""

    @property
    def decided(self) -> bool:
        """Whether the own database holds the decision."""

    @property
    def wake_in(self) -> timedelta | None:
        """When to look again at the latest."""


H = TypeVar("H", bound=HumanState)


async def human_task(workflow: LookAgain, ask: Callable[[I], Awaitable[H]], argument: I) -> H:
    """Call `ask`, which opens the task once and reads its state, until the own database holds a decision."""
    while not (state := await ask(argument)).decided:
        await workflow.until_nudged(state.wake_in)
    return state
