"""Why a plan that binds is not ended, or not yet."""

from services.common.kernel.errors import Conflict


class CoreUndecided(Conflict):
    """The core was asked to run the plan and has not answered; what becomes of it is decided once it has."""

    problem = "core-undecided"
    title = "The core has not answered yet"


class NothingToEnd(Conflict):
    """Nobody has decided that a plan in force ends; that is decided where a document it rested on was revoked."""

    problem = "nothing-to-end"
    title = "There is no plan to end"


class CoolingOffOver(Conflict):
    """An agreement is taken back only in the days that a pack gives for it, once."""

    problem = "cooling-off-over"
    title = "The agreement cannot be taken back any more"


class PlanStillRuns(Conflict):
    """The core still runs the plan. Have it undone there, then confirm it."""

    problem = "plan-still-runs"
    title = "The core still runs the plan"
