"""The core-banking port. Adapters: `fineract.FineractBanking`; one contract suite runs against every adapter."""

from typing import Protocol

from services.common.banking.types import (
    PLAIN,
    AccountSnapshot,
    Arrangement,
    Arrears,
    CoreAnswer,
    CoreClient,
    CoreInstalment,
    CoreMethod,
    CoreRelief,
    CoreSchedule,
    CoreStatus,
    PlanTerms,
    schedule_hash,
)

__all__ = [
    "PLAIN",
    "AccountSnapshot",
    "Arrangement",
    "Arrears",
    "CoreAnswer",
    "CoreBanking",
    "CoreClient",
    "CoreInstalment",
    "CoreMethod",
    "CoreRelief",
    "CoreSchedule",
    "CoreStatus",
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

    async def preview(self, terms: PlanTerms) -> CoreSchedule:
        """The schedule the core would make of these terms; changes nothing. CoreRefused when it would refuse."""

    async def activate(self, terms: PlanTerms, idempotency_key: str) -> CoreAnswer:
        """Put the terms into force, once for each key: the same key gives the same answer.

        `unknown` means that the command left and no answer came (or the core's second person has not decided yet):
        ask `read_plan`, and call again with the same key only when that gives None.
        """

    async def read_plan(self, account_ref: str, key: str) -> CoreSchedule | None:
        """The schedule in force that was made under this idempotency key or core reference; None when there is none."""
