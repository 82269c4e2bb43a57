"""Cases: one for each borrower and account, none that waits for nothing, nothing left over in a closed one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect

_OPEN = """
SELECT min(case_id::text) AS case_id, count(*) AS cases FROM collections_case WHERE state <> 'CLOSED'
GROUP BY borrower_id, account_ref
"""


@check("K1", "A borrower has at most one open case for an account")
async def one_open_case(look: Look) -> Examined:
    rows = await look.rows("intake", _OPEN)
    suspects = [Suspect(f"case {row['case_id']} and {row['cases'] - 1} more") for row in rows if row["cases"] > 1]
    return Examined(len(rows), suspects)


_PARKED = """
SELECT p.source, p.event_id, p.trigger, p.case_id FROM parked_event p JOIN collections_case c USING (case_id)
WHERE p.settled_at IS NULL AND c.state = 'CLOSED'
"""


@check("K2", "No event still waits for its turn in a closed case")
async def nothing_is_parked(look: Look) -> Examined:
    rows = await look.rows("intake", _PARKED)
    count = (await look.rows("intake", "SELECT count(*) AS count FROM parked_event"))[0]["count"]
    return Examined(count, [Suspect(f"case {row['case_id']} {row['trigger']}", row["case_id"]) for row in rows])


# A message to the borrower may outlive its case (a closing letter waits for the morning) and looks after itself; so
# does the wait for what the core made of a plan that nobody wants any more. What a person may have of their credit
# record does not end with the case either, nor does a mark of the law on what was restructured.
_OBLIGATIONS = """
SELECT case_id, kind, due_at, opened_at,
    coalesce(workflow_id LIKE ANY ('{message/%,credit-dispute/%}'), false)
        OR kind IN ('core_answer', 'regulatory_clock') AS outlives
FROM obligation WHERE state = 'open'
"""


async def _obligations(look: Look) -> Mapping[str, list[Any]]:
    return {service: await look.rows(service, _OBLIGATIONS) for service in look.services}


@check("W5", "Every open case waits for something, and somebody has to do it by a date")
async def no_case_is_silent(look: Look) -> Examined:
    cases = await look.open_cases()
    waiting = {row["case_id"] for rows in (await _obligations(look)).values() for row in rows}
    silent = [
        Suspect(f"case {case_id} in {state}", case_id) for case_id, state in cases.items() if case_id not in waiting
    ]
    return Examined(len(cases), silent)


@check("W6", "Nothing that is waited for is overdue")
async def nothing_is_overdue(look: Look) -> Examined:
    found = await _obligations(look)
    late = look.now() - look.grace
    suspects = [
        Suspect(f"{service} {row['kind']} of case {row['case_id']}", row["case_id"])
        for service, rows in found.items()
        for row in rows
        if row["due_at"] < late
    ]
    return Examined(sum(map(len, found.values())), suspects)


_TASKS = """
SELECT case_id, kind, opened_at,
    coalesce(workflow_id LIKE 'credit-dispute/%', false)
        OR kind IN ('end_regulatory_clock', 'assess_viability') AS outlives
FROM task WHERE closed_at IS NULL
"""
_CLOSED = "SELECT case_id, closed_at FROM collections_case WHERE state = 'CLOSED'"


@check("W7", "Nothing is waited for, and nobody is asked for anything, in a closed case")
async def closed_means_done(look: Look) -> Examined:
    closed = {row["case_id"]: row["closed_at"] for row in await look.rows("intake", _CLOSED)}
    suspects = []
    for service in look.services:
        suspects += _left(service, "still waits for", await look.rows(service, _OBLIGATIONS), closed)
        suspects += _left(service, "still asks for", await look.rows(service, _TASKS), closed)
    return Examined(len(closed), suspects)


def _left(service: str, what: str, rows: list[Any], closed: Mapping[UUID, datetime]) -> list[Suspect]:
    """What was begun before the close; a borrower may well ask for a supervisor afterwards."""
    return [
        Suspect(f"{service} {what} {row['kind']} of case {row['case_id']}", row["case_id"])
        for row in rows
        if row["case_id"] in closed and row["opened_at"] <= closed[row["case_id"]] and not row.get("outlives", False)
    ]
