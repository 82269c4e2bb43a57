"""What is kept of tasks of people."""

from services.common.contracts.envelope import Event
from services.common.contracts.events import tasks
from services.followup.service.happenings.keeping import Kept, happening, keeps


@keeps(tasks.TaskOpened)
def _task(said: tasks.TaskOpened, event: Event) -> Kept:
    return happening(
        event, "task_opened", tag=said.kind, case_id=said.case_id, ref=str(said.task_id), until=said.deadline
    )


@keeps(tasks.TaskClosed)
def _task_closed(said: tasks.TaskClosed, event: Event) -> Kept:
    return happening(event, "task_closed", tag=said.outcome, case_id=said.case_id, ref=str(said.task_id))
