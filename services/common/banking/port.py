"""The core-banking port. Adapters: `fineract.FineractBanking` and, for interest, `fineract_interest.FineractInterest`.

One contract suite runs against every adapter.
"""

from datetime import date
from typing import Protocol

from services.common.banking.types import (
    PLAIN,
    AccountHistory,
    AccountSnapshot,
    Arrangement,
    Arrears,
    CoreAnswer,
    CoreClient,
    CoreInstalment,
    CoreMethod,
    CorePayment,
    CoreRelief,
    CoreSchedule,
    CoreStatus,
    InterestPause,
    PlanTerms,
    schedule_hash,
)

__all__ = [
    "PLAIN",
    "AccountHistory",
    "AccountSnapshot",
    "Arrangement",
    "Arrears",
    "CoreAnswer",
    "CoreBanking",
    "CoreClient",
    "CoreInstalment",
    "CoreInterest",
    "CoreMethod",
    "CorePayment",
    "CoreRelief",
    "CoreSchedule",
    "CoreStatus",
    "InterestPause",
    "PlanTerms",
    "schedule_hash",
]


class CoreBanking(Protocol):
    """Every method raises CoreAccountUnknown, CoreUnavailable or CoreAnswerInvalid when it cannot ask or be sure.

    From `activate` these mean that nothing was put into force by this call; an answer that got lost is `unknown`.
    """

    async def get_client(self, borrower_ref: str) -> CoreClient:
        """The borrower as the bank knows them."""

    async def get_account(self, account_ref: str) -> AccountSnapshot:
        """The account at the core's present business date."""

    async def account_history(self, account_ref: str) -> AccountHistory:
        """What became of the account until now."""

    async def get_schedule(self, account_ref: str) -> CoreSchedule:
        """The schedule of the account as it is in force, without a reference; lines that were paid may be left out."""

    async def preview(self, terms: PlanTerms) -> CoreSchedule:
        """The schedule the core would make of these terms; changes nothing. CoreRefused when it would refuse."""

    async def activate(self, terms: PlanTerms, idempotency_key: str) -> CoreAnswer:
        """Put the terms into force, once for each key: the same key gives the same answer.

        `unknown` means that the command left and no answer came (or the core's second person has not decided yet):
        ask `read_plan`, and call again with the same key only when that gives None.
        """

    async def read_plan(self, account_ref: str, key: str) -> CoreSchedule | None:
        """The schedule in force that was made under this idempotency key or core reference; None when there is none."""


class CoreInterest(Protocol):
    """The part of the port that stops interest and fees while the law protects a borrower, and lets them go on.

    Both commands raise as `CoreBanking.activate` does. Each may be repeated, under the same key and under another:
    what is so already is done. `unknown` means that no answer came: ask `interest_pauses`.
    """

    async def suspend_interest(self, account_ref: str, from_day: date, key: str) -> CoreAnswer:
        """No interest and no fees accrue from a day on, and what accrued since is backed out. Days to come are allowed.

        Whoever has an end date of their own asks to resume on it: the suspension lasts until then, or until the
        account earns nothing any more by its schedule.
        """

    async def resume_interest(self, account_ref: str, on_day: date, key: str) -> CoreAnswer:
        """Interest and fees accrue again from a day on; a suspension from that day or a later one never was."""

    async def interest_pauses(self, account_ref: str) -> tuple[InterestPause, ...]:
        """The suspensions of an account, past ones too, in the order of their days."""
