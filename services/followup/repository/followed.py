"""Agreements that are followed: begun, locked and written with their instalments.

They are no objects of the session: what is set on them is written by `write` alone, once all is decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.consumer.held import OPEN
from services.common.runtime.rows import row_object
from services.common.runtime.sql import Sql
from services.followup.models import Agreement, Instalment
from services.followup.vocabulary import ACTIVE_STATES

_AGREEMENT, _LINE = tuple(Agreement.model_fields), tuple(Instalment.model_fields)
# What changes after an agreement has begun.
_MOVING = (
    "state", "standing", "unapplied", "judge_on", "verdict_on", "remind_number", "remind_at", "second_notice_at",
    "notice_state", "notices", "episode_from", "renegotiating", "renegotiating_until", "ended_at",
    "paid_principal", "paid_interest", "paid_fees", "version",
)  # fmt: skip
_JUDGED = ("state", "last_good_day", "paid", "paid_in_time", "paid_on", "reminded")
_moving, _judged = attrgetter(*_MOVING), attrgetter(*_JUDGED)
_ACTIVE = ", ".join(f"'{state}'" for state in sorted(ACTIVE_STATES))


def _lock(which: str, order: str = "a.agreement_id") -> Sql:
    # Instalments are locked too: of a locked row a statement that had to wait reads the newest version, of any other
    # row the one from before it waited.
    columns = [*(f"a.{name}" for name in _AGREEMENT), *(f"i.{name}" for name in _LINE)]
    return Sql(
        f"SELECT {', '.join(columns)} FROM agreement a JOIN instalment i ON i.agreement_id = a.agreement_id "  # noqa: S608 - made of constants
        f"WHERE {which} ORDER BY {order}, i.number FOR UPDATE OF a, i"
    )


def _set(columns: Iterable[str]) -> str:
    return ", ".join(f"{name} = said.{name}" for name in columns)


_LOCK_ACCOUNT = Sql("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))")
_LOCK_ONE = _lock(f"a.agreement_id = :agreement_id AND {visible('a.case_id')}")
_LOCK_OF_ACCOUNT = _lock("a.account_ref = :ref", order="a.activated_on, a.round")
_LOCK_ACTIVE = _lock(f"a.case_id = :case_id AND a.state IN ({_ACTIVE})")
_LOCK_DUE = _lock(
    f"a.state IN ({_ACTIVE}) AND a.judge_on <= :closed_through AND NOT EXISTS ("
    "SELECT FROM held_message h WHERE h.topic = :topic AND h.key = a.account_ref AND h.status = ANY(:open))"
)
_BEGIN = Sql(
    f"""
    WITH begun AS (
        INSERT INTO agreement ({", ".join(_AGREEMENT)})
        SELECT {", ".join(_AGREEMENT)} FROM json_populate_recordset(NULL::agreement, CAST(:agreements AS json))
    )
    INSERT INTO instalment ({", ".join(_LINE)})
    SELECT {", ".join(_LINE)} FROM json_populate_recordset(NULL::instalment, CAST(:lines AS json))
    """  # noqa: S608 - made of constants
)
_WRITE = Sql(
    f"""
    WITH judged AS (
        UPDATE instalment i SET {_set(_JUDGED)}
        FROM json_populate_recordset(NULL::instalment, CAST(:lines AS json)) AS said
        WHERE i.agreement_id = said.agreement_id AND i.number = said.number
    )
    UPDATE agreement a SET {_set(_MOVING)}
    FROM json_populate_recordset(NULL::agreement, CAST(:agreements AS json)) AS said
    WHERE a.agreement_id = said.agreement_id
    """  # noqa: S608 - made of constants
)


@dataclass(slots=True)
class Followed:
    """An agreement with its instalments, in the order of their numbers, that nobody else can change meanwhile."""

    agreement: Agreement
    lines: Sequence[Instalment]
    _was: tuple[Any, ...] = field(init=False, repr=False)
    _lines_were: list[tuple[Any, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._was, self._lines_were = _moving(self.agreement), [_judged(line) for line in self.lines]

    @property
    def has_moved(self) -> bool:
        """Whether anything was set on the agreement."""
        return bool(_moving(self.agreement) != self._was)

    def judged(self) -> list[Instalment]:
        """The instalments on which anything was set."""
        return [line for line, was in zip(self.lines, self._lines_were, strict=True) if _judged(line) != was]


async def lock_account(session: AsyncSession, account_ref: str) -> None:
    """Let nobody else record a posting or an agreement of the account until the transaction ends."""
    await _LOCK_ACCOUNT.run(session, {"ref": account_ref})


async def lock_agreement(session: AsyncSession, agreement_id: UUID, caller: Caller) -> Followed | None:
    """One agreement, locked, if the caller may see it."""
    found = _followed(await _LOCK_ONE.run(session, {"agreement_id": agreement_id, **seen_by(caller)}))
    return found[0] if found else None


async def lock_agreements_of_account(session: AsyncSession, account_ref: str) -> Sequence[Followed]:
    """Every agreement there ever was on an account, oldest first, locked."""
    return _followed(await _LOCK_OF_ACCOUNT.run(session, {"ref": account_ref}))


async def lock_active_of_case(session: AsyncSession, case_id: UUID) -> Sequence[Followed]:
    """The active agreements of a case, locked."""
    return _followed(await _LOCK_ACTIVE.run(session, {"case_id": case_id}))


async def lock_due(session: AsyncSession, closed_through: date, topic: str) -> Sequence[Followed]:
    """The active agreements that the closing of this day can change, locked, in one order.

    One whose account has a held message on `topic` is left out: money may be in it that was not counted yet.
    """
    values = {"closed_through": closed_through, "topic": topic, "open": list(OPEN)}
    return _followed(await _LOCK_DUE.run(session, values))


async def begin(session: AsyncSession, new: Followed) -> None:
    """Write a new agreement with its instalments."""
    await _BEGIN.run(session, {"agreements": _json(_AGREEMENT, [new.agreement]), "lines": _json(_LINE, new.lines)})


async def write(session: AsyncSession, followed: Iterable[Followed]) -> None:
    """Write what was set on locked agreements and their instalments, all of it in one statement."""
    known = list(followed)
    agreements = [one.agreement for one in known if one.has_moved]
    lines = [line for one in known for line in one.judged()]
    if agreements or lines:
        values = {
            "agreements": _json(("agreement_id", *_MOVING), agreements),
            "lines": _json(("agreement_id", "number", *_JUDGED), lines),
        }
        await _WRITE.run(session, values)


def _followed(rows: CursorResult[Any]) -> list[Followed]:
    """An agreement is never without instalments."""
    found: list[Followed] = []
    end = len(_AGREEMENT)
    for _, own in groupby(rows.all(), key=itemgetter(0)):
        first, *others = own
        lines = [row_object(Instalment, _LINE, row[end:]) for row in (first, *others)]
        found.append(Followed(row_object(Agreement, _AGREEMENT, first[:end]), lines))
    return found


def _json(columns: Sequence[str], rows: Sequence[Agreement | Instalment]) -> str:
    """Rows as PostgreSQL reads them into columns of the same names; an amount is text, and so loses nothing."""
    values_of = attrgetter(*columns)
    return orjson.dumps([dict(zip(columns, values_of(row), strict=True)) for row in rows], default=str).decode()
