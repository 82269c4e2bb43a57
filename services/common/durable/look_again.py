"""Waiting: until a nudge says "look again", or a timer does. Neither carries facts; the next look reads them."""

from datetime import timedelta

from temporalio import workflow

from services.common.contracts.workflows import LOOK


class LookAgain:
    """Mixin for workflows that wait. A nudge that comes before the wait is not lost: the wait then ends at once."""

    def __init__(self) -> None:
        self._nudged = False

    @workflow.signal(name=LOOK)
    def look(self) -> None:
        """Look again at the own database."""
        self._nudged = True

    async def until_nudged(self, wake_in: timedelta | None = None) -> None:
        """Sleep until the next nudge, or `wake_in` at the latest when it is given."""
        try:
            await workflow.wait_condition(lambda: self._nudged, timeout=wake_in)
        except TimeoutError:
            return
        self._nudged = False
