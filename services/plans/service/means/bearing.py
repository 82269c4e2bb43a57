"""What a borrower can bear: whether any relief could be paid at all, and the highest payment that may be asked for."""

from datetime import timedelta

from services.common.banking.port import AccountSnapshot
from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.catalogue import ReliefCatalogue, ReliefType
from services.plans.domain.options import Situation, option
from services.plans.domain.reliefs.facts import BorrowerFacts
from services.plans.models import StatementOfMeansRow
from services.plans.schemas.options import Wanted
from services.plans.service.means.facts import CORE_RUNS, account_facts, circumstances_of, own_share_of, wish_of


def any_plan_fits(
    snapshot: AccountSnapshot,
    borrower: BorrowerFacts,
    catalogue: ReliefCatalogue,
    usual_days: int,
    *,
    for_a_time: bool = False,
) -> bool:
    """Whether some relief that the core can run could be affordable at all, if everything that may be waived were
    waived. Unless `for_a_time`, it lasts until the debt is paid; a deficit bears only a token, for a time."""
    first_due = snapshot.as_of + timedelta(days=usual_days)
    everything = Wanted(waived_interest=snapshot.arrears.interest, waived_fees=snapshot.arrears.fees)
    wish = wish_of(snapshot, first_due, everything)
    situation = Situation(account_facts(snapshot), borrower, circumstances_of(snapshot))
    reliefs = (terms.relief for terms in catalogue.reliefs if terms.relief in CORE_RUNS)
    found = (option(relief, situation, wish, catalogue) for relief in reliefs)
    return any(one.eligible and one.terms is not None and (for_a_time or not one.terms.afterwards) for one in found)


def bearable(statement: StatementOfMeansRow, relief: str, catalogue: ReliefCatalogue) -> Money:
    """The highest payment that may be asked for: the share of a stored assessment, in a deficit the token of smaller
    payments by the catalogue."""
    share = own_share_of(statement)
    token_only = statement.result == AffordabilityResult.DEFICIT and relief == ReliefType.REDUCED
    if not token_only or ReliefType.REDUCED not in catalogue:
        return share
    caps = catalogue.terms(ReliefType.REDUCED).reduced
    token = caps.token.get(statement.currency) if caps else None
    return share if token is None else Money.rounded(token, statement.currency)
