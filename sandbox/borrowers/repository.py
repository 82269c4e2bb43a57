"""SQL of the personas."""

from typing import Any

from sandbox.store import Tx


async def remember_case(tx: Tx, case_id: str, account_ref: str) -> None:
    """Remember which account a case is about."""
    await tx.execute(
        "INSERT INTO person_case (case_id, account_ref) VALUES ($1, $2) ON CONFLICT DO NOTHING", case_id, account_ref
    )


async def persona_of_case(tx: Tx, case_id: str) -> Any:
    """The persona behind a case; None for a case that staff never opened."""
    return await tx.fetchrow(
        "SELECT p.* FROM persona p JOIN person_case c USING (account_ref) WHERE c.case_id = $1", case_id
    )


async def case_of_account(tx: Tx, account_ref: str) -> str:
    """The latest case of an account. LookupError when staff never opened one."""
    found: str | None = await tx.fetchval(
        "SELECT case_id FROM person_case WHERE account_ref = $1 ORDER BY number DESC LIMIT 1", account_ref
    )
    if found is None:
        raise LookupError(f"no case of account {account_ref} is known")
    return found
