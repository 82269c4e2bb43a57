"""Facts of desk that refuse a request, with their status."""

from services.common.kernel.errors import Conflict


class TaskTaken(Conflict):
    """Somebody else has taken the task; a supervisor may give it to another person."""

    problem = "task-taken"
    title = "Somebody else has taken this task"


class TaskDone(Conflict):
    """The task is done or no longer needed."""

    problem = "task-done"
    title = "This task is done"


class NotForThisPerson(Conflict):
    """The person may not decide this task, because of what they did in the case before."""

    problem = "not-for-this-person"
    title = "This person may not take this task"
