"""SQL of the staff's plans."""

from collections.abc import Sequence

from sandbox.store import Tx


async def attempts(tx: Tx, task_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How often each task was tried, and how many tries are still to come."""
    rows = await tx.fetch(
        """
        SELECT split_part(id, '/', 2) AS task_id, count(done_at) AS done, count(*) - count(done_at) AS waiting
        FROM act WHERE kind = 'staff.task' AND split_part(id, '/', 2) = ANY($1) GROUP BY 1
        """,
        list(task_ids),
    )
    return {row["task_id"]: (row["done"], row["waiting"]) for row in rows}
