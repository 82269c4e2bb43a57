"""The staff look at the desk's list and plan when they will take each task; then they do it."""

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.acts import Act, Acts, plan_act
from sandbox.borrowers.hours import staff_time
from sandbox.borrowers.people import Borrowers
from sandbox.calls import CallRefused, Calls
from sandbox.issuer.staff import staff
from sandbox.settings import SandboxSettings
from sandbox.staff import repository
from sandbox.staff.roster import choose
from sandbox.staff.work import Desk, not_before, work
from sandbox.store import Store, Tx
from services.common.kernel.clock import Clock
from services.common.runtime.logging import get_logger

TASK = "staff.task"
PAGE = 200
MOST_ATTEMPTS = 5
log = get_logger(__name__)


class Staff:
    """Everybody who works at the bank."""

    def __init__(
        self, settings: SandboxSettings, clock: Clock, store: Store, acts: Acts, calls: Calls, borrowers: Borrowers
    ) -> None:
        self._seed = settings.sandbox_seed
        self._zone = ZoneInfo(settings.sandbox_time_zone)
        self._clock = clock
        self._store = store
        self._calls = calls
        self._borrowers = borrowers
        acts.register_act(TASK, self._do)

    async def look_at_list(self) -> int:
        """Plan a time for every open task that nobody has planned yet; returns how many. httpx's errors when the desk
        is away: then nobody has looked.
        """
        tasks = await self._open_tasks()
        found: list[Act] = []
        now = self._clock.now()
        async with self._store.transaction() as tx:
            planned = await repository.attempts(tx, [task["task_id"] for task in tasks])
            for task in tasks:
                done, waiting = planned.get(task["task_id"], (0, 0))
                person = choose(staff().values(), task, self._seed)
                if waiting or done >= MOST_ATTEMPTS or person is None:
                    continue
                payload = {"task": task, "person": person.username}
                act_id = f"{TASK}/{task['task_id']}/{done + 1}"
                found.append(Act(act_id, staff_time(not_before(task, now), self._zone), TASK, task["case_id"], payload))
            await plan_act(tx, *found)
        return len(found)

    async def _open_tasks(self) -> list[dict[str, Any]]:
        caller = self._calls.as_portal()
        found: list[dict[str, Any]] = []
        query = {"limit": str(PAGE)}
        while True:
            page = await caller.get("desk", "/tasks", **query)
            found.extend(page["items"])
            if not page["next"]:
                return found
            query["cursor"] = page["next"]

    async def _do(self, act: Act, tx: Tx) -> None:
        """Do a task. What a service refuses is left to the next look: the task may have been done or changed."""
        task = act.payload["task"]
        member = staff()[str(act.payload["person"])]
        desk = Desk(act, tx, self._calls.as_staff(member.subject, member.roles), self._borrowers, self._clock)
        try:
            await work(desk, task)
        except CallRefused as refusal:
            log.warning(
                "task_refused",
                kind=task["kind"],
                task_id=task["task_id"],
                status=refusal.status,
                problem=refusal.problem,
            )
