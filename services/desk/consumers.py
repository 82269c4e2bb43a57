"""Events in: tasks of every service, and the end of cases."""

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.events.tasks import TaskClosed, TaskOpened, TaskReminded
from services.common.runtime.consumer.handlers import Handlers
from services.desk.service import Desk


def handlers(desk: Desk) -> Handlers:
    """Which event goes to which use case."""
    found = Handlers()
    found.on(TaskOpened, desk.apply_opened)
    found.on(TaskReminded, desk.apply_reminded)
    found.on(TaskClosed, desk.apply_closed)
    found.on(CaseClosed, desk.apply_case_closed)
    return found
