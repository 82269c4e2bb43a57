"""Refusals about stops of outbound contact."""

from services.common.kernel.errors import Conflict, InvalidInput, NotFound


class StopUnknown(NotFound):
    """There is no stop of this id."""

    problem = "stop-unknown"
    title = "No such stop"


class NothingToStop(InvalidInput):
    """There is no pack, channel, template or portfolio of this name, or one is named for a stop of everything."""

    problem = "nothing-to-stop"
    title = "There is nothing of this name to stop"


class StopInForce(Conflict):
    """Exactly this is stopped already; `stop_id` says by which stop."""

    problem = "stop-in-force"
    title = "This is stopped already"


class StopIsLifted(Conflict):
    """The stop was lifted; what is to be stopped again needs a new one."""

    problem = "stop-lifted"
    title = "The stop is lifted"


class SecondPersonNeeded(Conflict):
    """Two different people lift a stop, both in the API or both by the command line."""

    problem = "second-person-needed"
    title = "A second person is needed"
