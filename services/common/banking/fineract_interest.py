"""Stopping interest on Apache Fineract: its interest pauses, which have a first and a last day and do not overlap.

A pause whose end nobody knows yet lasts until the last due date, after which nothing accrues by schedule.
"""

from collections.abc import Awaitable
from datetime import date, timedelta
from typing import Any

import httpx

from services.common.banking import fineract_wire as wire
from services.common.banking.errors import CoreAnswerInvalid, CoreRefused
from services.common.banking.fineract_http import FineractHttp, Lost
from services.common.banking.types import CoreAnswer, CoreStatus, InterestPause

_ONE_DAY = timedelta(days=1)


class FineractInterest:
    """`CoreInterest` over an httpx client as `FineractBanking` has it."""

    def __init__(self, client: httpx.AsyncClient, tenant: str = "default") -> None:
        self._http = FineractHttp(client, tenant)

    async def suspend_interest(self, account_ref: str, from_day: date, key: str) -> CoreAnswer:
        return await _answered(self._suspend(await self._loan(account_ref), from_day, key))

    async def resume_interest(self, account_ref: str, on_day: date, key: str) -> CoreAnswer:
        return await _answered(self._resume(await self._loan(account_ref), on_day, key))

    async def interest_pauses(self, account_ref: str) -> tuple[InterestPause, ...]:
        return tuple(pause for _, pause in await self._pauses(await self._loan(account_ref)))

    async def _suspend(self, loan: dict[str, Any], from_day: date, key: str) -> str | None:
        last = max(wire.last_due_date(loan), from_day)
        later = [(number, pause) for number, pause in await self._pauses(loan) if pause.last_day >= from_day]
        if not later:
            answer = await self._http.command(_path(loan), _days(from_day, last), key)
            return f"pause-{wire.number(answer, 'resourceId')}"
        # What overlaps is no second pause: the first of them gets the days of all.
        (number, first), *others = later
        for other, _ in others:
            await self._http.command(_path(loan, other), None, f"{key}:{other}", "DELETE")
        since, until = min(first.first_day, from_day), max(last, *(pause.last_day for _, pause in later))
        if (since, until) != (first.first_day, first.last_day):
            await self._http.command(_path(loan, number), _days(since, until), key, "PUT")
        return first.reference

    async def _resume(self, loan: dict[str, Any], on_day: date, key: str) -> str | None:
        for number, pause in await self._pauses(loan):
            if pause.first_day >= on_day:
                await self._http.command(_path(loan, number), None, f"{key}:{number}", "DELETE")
            elif pause.last_day >= on_day:
                await self._http.command(_path(loan, number), _days(pause.first_day, on_day - _ONE_DAY), key, "PUT")
        return None

    async def _pauses(self, loan: dict[str, Any]) -> list[tuple[int, InterestPause]]:
        found = []
        for line in await self._http.get_list(_path(loan)):
            number, first, last = wire.number(line, "id"), wire.day(line, "startDate"), wire.day(line, "endDate")
            if last < first:
                raise CoreAnswerInvalid("endDate: before the start")
            found.append((number, InterestPause(f"pause-{number}", first, last)))
        return sorted(found, key=lambda numbered: numbered[1].first_day)

    async def _loan(self, account_ref: str) -> dict[str, Any]:
        path = f"/loans/external-id/{wire.segment(account_ref)}?associations=repaymentSchedule"
        loan = await self._http.get(path)
        if wire.text(loan, "externalId") != account_ref:
            raise CoreAnswerInvalid("externalId: another account than asked for")
        return loan


async def _answered(command: Awaitable[str | None]) -> CoreAnswer:
    try:
        return CoreAnswer(CoreStatus.DONE, reference=await command)
    except CoreRefused as refusal:
        return CoreAnswer(CoreStatus.REFUSED, code=refusal.code)
    except (Lost, CoreAnswerInvalid):
        # It may have been done: only reading back can tell.
        return CoreAnswer(CoreStatus.UNKNOWN, code="no-answer")


def _path(loan: dict[str, Any], number: int | None = None) -> str:
    every = f"/loans/{wire.number(loan, 'id')}/interest-pauses"
    return every if number is None else f"{every}/{number}"


def _days(first: date, last: date) -> dict[str, str]:
    return {**wire.COMPANIONS, "startDate": first.isoformat(), "endDate": last.isoformat()}
