"""Looking at events as they pass: a batch at a time, beside the handlers and their inbox."""

from collections.abc import Sequence
from typing import Protocol

from services.common.contracts.envelope import Event


class Observer(Protocol):
    """Keeps facts of events for reports. It is shown every event of its types at least once, in any order.

    What it keeps is found again by the source and id of the event, so that being shown twice changes nothing. It
    decides nothing and says nothing; that is what handlers are for.
    """

    @property
    def topics(self) -> frozenset[str]:
        """The topics it looks at."""
        ...

    @property
    def types(self) -> frozenset[str]:
        """The types of events it is shown."""
        ...

    async def keep(self, events: Sequence[Event]) -> None:
        """Keep the facts of some events, in a transaction of its own."""
        ...
