"""Files of the bank: how far they were read, and the accounts that their transactions may name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.followup.models import PaymentFile

_BEGIN = Sql(
    "INSERT INTO payment_file (digest, message, message_id, entries_done, began_at) "
    "VALUES (:digest, :message, :message_id, 0, :at) ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest "
    "RETURNING *"
)
_ADVANCE = Sql("UPDATE payment_file SET entries_done = :done WHERE digest = :digest AND entries_done = :before")
_END = Sql("UPDATE payment_file SET ended_at = :at, closes = :closes WHERE digest = :digest AND ended_at IS NULL")
_ACCOUNTS = Sql(
    """
    SELECT name, account_ref FROM agreement,
        unnest(ARRAY[account_ref, core_reference, agreement_id::text]) AS name WHERE name = ANY(:names)
    UNION SELECT account_ref, account_ref FROM promise WHERE account_ref = ANY(:names)
    """
)


async def begin(session: AsyncSession, digest: str, message: str, message_id: str, at: datetime) -> PaymentFile:
    """The row of a file, new or from before."""
    values = {"digest": digest, "message": message, "message_id": message_id, "at": at}
    row = (await _BEGIN.run(session, values)).one()
    return PaymentFile.model_validate(dict(row._mapping))


async def advance(session: AsyncSession, digest: str, done: int) -> bool:
    """Say that one more transaction is done; False when another reader of the file was there before."""
    found = await _ADVANCE.run(session, {"digest": digest, "done": done, "before": done - 1})
    return bool(found.rowcount)


async def end(session: AsyncSession, digest: str, closes: date | None, at: datetime) -> None:
    """Say that a file is read to its end."""
    await _END.run(session, {"digest": digest, "closes": closes, "at": at})


async def accounts_named(session: AsyncSession, names: Collection[str]) -> Mapping[str, Collection[str]]:
    """The accounts that are known by each of these names: reference of account, core or agreement."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in await _ACCOUNTS.run(session, {"names": list(names)}):
        found[row.name].add(row.account_ref)
    return found
