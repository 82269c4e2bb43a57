"""The desk: its list is the list of what the services ask people for."""

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect

_ASKED = "SELECT task_id, case_id, kind, deadline FROM task WHERE closed_at IS NULL"
_SHOWN = "SELECT task_id, case_id, kind, service, deadline FROM work_item WHERE closed_at IS NULL"


@check("D1", "The desk shows every open task of every service, and no other")
async def desk_shows_what_is_asked(look: Look) -> Examined:
    asked = {row["task_id"]: (service, row) for service in look.services for row in await look.rows(service, _ASKED)}
    shown = {row["task_id"]: row for row in await look.rows("desk", _SHOWN)}
    suspects = [
        Suspect(f"task {task_id} of {service} ({row['kind']})", row["case_id"])
        for task_id, (service, row) in asked.items()
        if (item := shown.get(task_id)) is None
        or (item["service"], item["kind"], item["deadline"]) != (service, row["kind"], row["deadline"])
    ]
    suspects += [
        Suspect(f"task {task_id} on the desk only", row["case_id"])
        for task_id, row in shown.items()
        if task_id not in asked
    ]
    return Examined(len(asked.keys() | shown.keys()), suspects)
