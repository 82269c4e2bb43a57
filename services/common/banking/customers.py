"""The port to the bank's records of its customers: what is written back when a case ends well.

What is written is for the relationship: who may be contacted how, as the person agreed, and never to collect. Adapter:
`FineractCustomers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import httpx

from services.common.banking import fineract_wire as wire
from services.common.banking.errors import CoreAnswerInvalid, CoreRefused
from services.common.banking.fineract_http import FineractHttp, Lost
from services.common.banking.types import CoreAnswer, CoreStatus

TABLE = "forbear_relationship"
LABEL = "relationship"
"""What contact after a cure is called; it is never called collection."""


@dataclass(frozen=True, slots=True)
class ClosingSummary:
    """How a case ended and how the person would like to be met: codes and dates, no words about anybody.

    `may_contact_by` are the channels that the person agreed to and did not stop; none is in it by silence.
    """

    account_ref: str
    ended: str
    ended_on: date
    plans: int
    instalments_missed: int
    language: str | None
    preferred_channel: str | None
    may_contact_by: tuple[str, ...]
    stopped_channels: tuple[str, ...]


class CustomerRecords(Protocol):
    """Raises CoreAccountUnknown, CoreUnavailable or CoreAnswerInvalid when it cannot ask."""

    async def write_summary(self, summary: ClosingSummary, key: str) -> CoreAnswer:
        """Keep a summary with the customer of an account, once for each key. `unknown`: no answer; write it again."""


class FineractCustomers:
    """`CustomerRecords` as rows of a data table of the client, as Fineract has them for what is no core banking."""

    def __init__(self, client: httpx.AsyncClient, tenant: str = "default") -> None:
        self._http = FineractHttp(client, tenant)

    async def write_summary(self, summary: ClosingSummary, key: str) -> CoreAnswer:
        loan = await self._http.get(f"/loans/external-id/{wire.segment(summary.account_ref)}")
        if wire.text(loan, "externalId") != summary.account_ref:
            raise CoreAnswerInvalid("externalId: another account than asked for")
        try:
            path = f"/datatables/{TABLE}/{wire.number(loan, 'clientId')}"
            answer = await self._http.command(path, _row(summary), key)
        except CoreRefused as refusal:
            return CoreAnswer(CoreStatus.REFUSED, code=refusal.code)
        except Lost:
            return CoreAnswer(CoreStatus.UNKNOWN, code="no-answer")
        return CoreAnswer(CoreStatus.DONE, reference=f"summary-{wire.number(answer, 'resourceId')}")


def _row(summary: ClosingSummary) -> dict[str, Any]:
    return {
        **wire.COMPANIONS,
        "label": LABEL,
        "accountRef": summary.account_ref,
        "ended": summary.ended,
        "endedOn": summary.ended_on.isoformat(),
        "plans": summary.plans,
        "instalmentsMissed": summary.instalments_missed,
        "language": summary.language,
        "preferredChannel": summary.preferred_channel,
        "mayContactBy": list(summary.may_contact_by),
        "stoppedChannels": list(summary.stopped_channels),
    }
