"""What the core knows of the past of an account: how old it is, how it was paid of late, when it was re-aged."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.banking.port import AccountHistory, AccountSnapshot, CoreBanking
from services.plans.domain.catalogue import ReliefCatalogue, ReliefType
from services.plans.domain.flags.re_age import payments_in_a_row
from services.plans.domain.reliefs.facts import EarlierRelief
from services.plans.service.means.facts import whole_months


@dataclass(frozen=True, slots=True)
class Past:
    """Age in whole months and payments in a row, as far as the core says; re-agings beside those of our own plans."""

    account_months: int | None = None
    payments_in_a_row: int | None = None
    re_aged: tuple[EarlierRelief, ...] = ()

    def beside(self, own: Iterable[EarlierRelief]) -> tuple[EarlierRelief, ...]:
        """Reliefs that our own plans granted, and what the core knows of others; one of a day counts once."""
        granted = tuple(own)
        days = {one.agreed_on for one in granted if one.relief is ReliefType.REAGE}
        return granted + tuple(one for one in self.re_aged if one.agreed_on not in days)


UNKNOWN = Past()


async def past_of(core: CoreBanking, snapshot: AccountSnapshot, catalogue: ReliefCatalogue) -> Past:
    """Asked of the core where the catalogue has a relief for the product that depends on it."""
    asked = any(terms.re_age is not None and snapshot.product in terms.max_instalments for terms in catalogue.reliefs)
    return _past(await core.account_history(snapshot.account_ref), snapshot) if asked else UNKNOWN


def _past(history: AccountHistory, snapshot: AccountSnapshot) -> Past:
    opened, day = history.opened_on, snapshot.as_of
    return Past(
        account_months=None if opened is None or opened > day else whole_months(opened, day),
        payments_in_a_row=payments_in_a_row(history.payments, snapshot.monthly_payment, day),
        re_aged=tuple(EarlierRelief(ReliefType.REAGE, on) for on in history.re_aged_on),
    )
