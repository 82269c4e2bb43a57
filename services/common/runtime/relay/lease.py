"""The lease that makes one relay the active one. Its epoch is checked again, in one statement, when rows are marked."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func
from sqlalchemy.dialects.postgresql import insert

from services.common.runtime.database import Database

TTL = timedelta(seconds=5)
NAME = "relay"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as taken: who holds it and in which epoch."""

    holder: str
    epoch: int


def holder_name() -> str:
    """A name for this process that no other one has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


async def take(database: Database, holder: str) -> Lease | None:
    """Take or renew the lease by the database's clock. None while another holder's lease runs.

    Taking it over begins a new epoch, so that a former holder that slept through its lease can mark nothing.
    """
    table = database.tables.relay_lease
    wanted = insert(table).values(name=NAME, holder=holder, epoch=1, expires_at=func.now() + TTL)
    taken = wanted.on_conflict_do_update(
        index_elements=[table.c.name],
        set_={
            "holder": wanted.excluded.holder,
            "epoch": case(
                ((table.c.holder == wanted.excluded.holder) & (table.c.expires_at >= func.now()), table.c.epoch),
                else_=table.c.epoch + 1,
            ),
            "expires_at": wanted.excluded.expires_at,
        },
        where=(table.c.holder == wanted.excluded.holder) | (table.c.expires_at < func.now()),
    ).returning(table.c.epoch)
    async with database.read() as session:
        epoch = (await session.execute(taken)).scalar_one_or_none()
    return None if epoch is None else Lease(holder, epoch)


HELD = """
    EXISTS (SELECT FROM relay_lease WHERE name = :lease AND holder = :holder AND epoch = :epoch AND expires_at > now()
        FOR SHARE)
"""
"""SQL condition: the lease still runs in the same epoch. It locks the row, so that nobody takes over meanwhile."""


def held_by(lease: Lease) -> dict[str, object]:
    """The values of the condition."""
    return {"lease": NAME, "holder": lease.holder, "epoch": lease.epoch}
