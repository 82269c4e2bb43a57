"""What happened, counted from the services' databases."""

from collections.abc import Mapping

import asyncpg

from services.common.runtime.settings import driverless

Rows = list[tuple[str, int]]

#: Heading, service, and a statement that gives (what, how many).
COUNTS: tuple[tuple[str, str, str], ...] = (
    (
        "cases by end state",
        "intake",
        """
        SELECT from_state, count(*) FROM case_history WHERE to_state = 'CLOSED' GROUP BY 1
        UNION ALL SELECT 'still open: ' || state, count(*) FROM collections_case WHERE state <> 'CLOSED' GROUP BY 1
        ORDER BY 2 DESC, 1
        """,
    ),
    (
        "rounds of negotiation",
        "intake",
        "SELECT 'round ' || round, count(*) FROM collections_case GROUP BY 1 ORDER BY 1",
    ),
    (
        "messages sent, by purpose",
        "contact",
        """
        SELECT purpose, count(*) FROM message WHERE state IN ('sent', 'delivered', 'failed')
        GROUP BY 1 ORDER BY 2 DESC, 1
        """,
    ),
    (
        "contacts refused or put off, by rule",
        "contact",
        """
        SELECT rule.verdict ->> 'rule', count(*) FROM permit
        CROSS JOIN LATERAL jsonb_array_elements(permit.verdicts) AS rule(verdict)
        WHERE permit.verdict = 'refused' AND NOT (rule.verdict ->> 'passed')::boolean
        GROUP BY 1 ORDER BY 2 DESC, 1
        """,
    ),
    (
        "plans agreed, by relief type",
        "plans",
        """
        SELECT plan.relief_type, count(*) FROM agreement
        JOIN plan ON plan.plan_id = agreement.plan_id AND plan.version = agreement.version
        GROUP BY 1 ORDER BY 2 DESC, 1
        """,
    ),
    (
        "decisions on plans",
        "plans",
        "SELECT decision, count(*) FROM approval GROUP BY 1 ORDER BY 2 DESC, 1",
    ),
    (
        "instalments, as promised",
        "followup",
        "SELECT lower(replace(state, '_', ' ')), count(*) FROM instalment GROUP BY 1 ORDER BY 2 DESC, 1",
    ),
    (
        "agreements, how they ended",
        "followup",
        "SELECT lower(state), count(*) FROM agreement GROUP BY 1 ORDER BY 2 DESC, 1",
    ),
)


async def figures(database_urls: Mapping[str, str]) -> dict[str, Rows]:
    """Each heading with its counts; `database_urls` is {service: postgresql+asyncpg://...}."""
    found: dict[str, Rows] = {}
    for heading, service, statement in COUNTS:
        connection = await asyncpg.connect(driverless(database_urls[service]))
        try:
            found[heading] = [(str(row[0]), int(row[1])) for row in await connection.fetch(statement)]
        finally:
            await connection.close()
    return found
