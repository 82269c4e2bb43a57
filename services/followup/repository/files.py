"""Files of the bank: how far they were read, and the accounts that their transactions may name."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.followup.files.entries import Page
from services.followup.models import PaymentFile

_BEGIN = Sql(
    "INSERT INTO payment_file (digest, message, message_id, entries_done, began_at) "
    "VALUES (:digest, :message, :message_id, 0, :at) ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest "
    "RETURNING *"
)
_ADVANCE = Sql("UPDATE payment_file SET entries_done = :done WHERE digest = :digest AND entries_done = :before")
_END = Sql("UPDATE payment_file SET ended_at = :at, closes = :closes WHERE digest = :digest AND ended_at IS NULL")
_PAGE = Sql(
    "INSERT INTO statement_page (account, statement, page, is_last, business_date, digest) "
    "VALUES (:account, :statement, :number, :is_last, :business_date, :digest) ON CONFLICT DO NOTHING"
)
_DAYS_OF = Sql(
    "SELECT DISTINCT o.business_date FROM statement_page p "
    "JOIN statement_page o ON o.account = p.account AND o.statement = p.statement "
    "WHERE p.digest = :digest AND o.business_date IS NOT NULL"
)
_WHOLE_DAY = Sql(
    """
    SELECT business_date FROM (
        SELECT account, max(business_date) AS business_date FROM statement_page GROUP BY account, statement
        HAVING count(*) = max(page) FILTER (WHERE is_last) AND max(page) = count(*)
    ) whole
    WHERE business_date = ANY(:days)
    GROUP BY business_date HAVING count(DISTINCT account) >= :accounts
    ORDER BY business_date DESC LIMIT 1
    """
)
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


async def keep_pages(session: AsyncSession, digest: str, pages: Collection[Page]) -> None:
    """Keep the pages of a file; one that is known stays as it is."""
    for page in pages:
        await _PAGE.run(session, asdict(page) | {"digest": digest})


async def whole_day(session: AsyncSession, days: Collection[date], accounts: int) -> date | None:
    """The last of some days of which whole statements of so many accounts are known; None when there is none."""
    found = await _WHOLE_DAY.run(session, {"days": list(days), "accounts": accounts})
    day: date | None = found.scalar_one_or_none()
    return day


async def days_of(session: AsyncSession, digest: str) -> Sequence[date]:
    """The days that the statements close of which a file has pages, on whichever page that is said."""
    return (await _DAYS_OF.run(session, {"digest": digest})).scalars().all()


async def end(session: AsyncSession, digest: str, closes: date | None, at: datetime) -> None:
    """Say that a file is read to its end."""
    await _END.run(session, {"digest": digest, "closes": closes, "at": at})


async def accounts_named(session: AsyncSession, names: Collection[str]) -> Mapping[str, Collection[str]]:
    """The accounts that are known by each of these names: reference of account, core or agreement."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in await _ACCOUNTS.run(session, {"names": list(names)}):
        found[row.name].add(row.account_ref)
    return found
