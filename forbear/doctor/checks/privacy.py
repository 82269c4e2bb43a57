"""Privacy: no name, number or address of a borrower in a log, on a topic, in Temporal, or readable in a database.

Where one is found is said, what was found never is.
"""

import asyncio
import mmap
import os
from pathlib import Path

from forbear.doctor.canaries import Canaries, canaries
from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import CannotLook, Examined, Suspect
from forbear.doctor.workflows import CONCURRENT, Execution, Workflows

HISTORIES = 3000


@check("R1", "No log holds a name, number or address of a borrower")
async def logs_are_clean(look: Look) -> Examined:
    if look.places.state is None:
        raise CannotLook("nobody says where the logs are")
    logs = sorted((look.places.state / "logs").glob("*"))
    if not logs:
        raise CannotLook(f"there are no logs in {look.places.state}")
    wanted, note = await canaries(look)
    try:
        found = [where for log in logs for where in await asyncio.to_thread(_lines, log, wanted)]
    except OSError as error:
        raise CannotLook(f"a log: {type(error).__name__}") from None
    return Examined(len(logs), [Suspect(where) for where in found], note)


def _lines(log: Path, wanted: Canaries) -> list[str]:
    """Name the lines of a file that hold a value."""
    with log.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            found, line, seen = [], 1, 0
            for position in sorted(wanted.positions(text)):
                line += text[seen:position].count(b"\n")
                seen = position
                found.append(f"{log.name} line {line}")
            return found


@check("R2", "No message on a topic holds a name, number or address of a borrower")
async def topics_are_clean(look: Look) -> Examined:
    wanted, note = await canaries(look)
    messages = await look.messages()
    suspects = [
        Suspect(message.place)
        for message in messages
        if wanted.search(
            b"\n".join(
                [
                    message.key,
                    message.body,
                    *(part for name, value in message.headers for part in (name.encode(), value)),
                ]
            )
        )
    ]
    return Examined(len(messages), suspects, note)


@check("R3", "No history, id or payload in Temporal holds a name, number or address of a borrower")
async def histories_are_clean(look: Look) -> Examined:
    wanted, note = await canaries(look)
    workflows = await look.workflows()
    listed = await workflows.listed()
    most = HISTORIES if look.histories is None else look.histories
    # Spread over all kinds and times: the list is ordered by the time of the start.
    chosen = listed if len(listed) <= most else [listed[number * len(listed) // most] for number in range(most)]
    gate = asyncio.Semaphore(CONCURRENT)

    async def one(execution: Execution) -> bool:
        async with gate:
            return await _holds(workflows, execution, wanted)

    found = await asyncio.gather(*(one(execution) for execution in chosen))
    suspects = [Suspect(f"run {run.run_id}") for run, holds in zip(chosen, found, strict=True) if holds]
    suspects += [Suspect(f"run {run.run_id}") for run in listed if wanted.search(run.workflow_id.encode())]
    if len(chosen) < len(listed):
        note = "; ".join(filter(None, [note, f"{len(chosen)} of {len(listed)} histories"]))
    return Examined(len(chosen), suspects, note)


async def _holds(workflows: Workflows, execution: Execution, wanted: Canaries) -> bool:
    async for page in workflows.history(execution):
        if wanted.search(page):
            return True
    return False


_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea')
ORDER BY table_name, ordinal_position
"""


@check("R4", "No plain column of a service's database holds a name, number or address of a borrower")
async def columns_are_clean(look: Look) -> Examined:
    wanted, note = await canaries(look)
    count, suspects = 0, []
    for service in look.services:
        for row in await look.rows(service, _COLUMNS):
            table, column = row["table_name"], row["column_name"]
            plain = f'"{column}"' if row["data_type"] == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
            query = f'SELECT {plain} AS value FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608 - catalog names
            values = await look.rows(service, query)
            count += len(values)
            if hits := sum(wanted.search(value["value"]) for value in values):
                suspects.append(Suspect(f"{service}.{table}.{column}: {hits} rows"))
    return Examined(count, suspects, note)
