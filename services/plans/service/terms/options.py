"""What a borrower can be offered: computed from the core's account and the assessment, changing nothing."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from services.common.runtime.caller import Caller
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.options import Situation, options
from services.plans.domain.reliefs.facts import EarlierRelief
from services.plans.errors import UnknownCase, WrongPhase
from services.plans.repository import cases, reliefs
from services.plans.schemas.options import AskOptions, OptionsView
from services.plans.service.context import READERS, Context
from services.plans.service.means.facts import (
    CORE_RUNS,
    account_facts,
    borrower_facts,
    circumstances_of,
    own_share_of,
    require_first_due,
    wish_of,
)
from services.plans.service.means.past import past_of
from services.plans.service.terms.option_views import Shown, options_view


class Options:
    """Computes the options of a case."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def compute(self, caller: Caller, case_id: UUID, body: AskOptions) -> OptionsView:
        """Every relief of the catalogue with its rules and numbers.

        WrongPhase before the means are assessed; InvalidInput for a wish that no draft could hold.
        """
        caller.require_any(READERS)
        async with self._context.database.read() as session:
            present = await cases.present(session, case_id, self._context.seen_by(caller))
            if present is None:
                raise UnknownCase("plans does not know this case yet")
            case, statement, _ = present
            if statement is None:
                raise WrongPhase("the means of this round have not been assessed")
            granted = await reliefs.granted(session, case.account_ref)
        snapshot = await self._context.core.get_account(case.account_ref)
        day = self._context.day(self._context.database.clock.now())
        policies = self._context.policies
        clocks = policies.clocks(day)
        if body.first_due_date is not None:
            require_first_due(body.first_due_date, day, clocks)
        first_due = body.first_due_date or snapshot.as_of + timedelta(days=clocks.first_due.usual)
        catalogue = policies.catalogue(day, case.pack, snapshot.product)
        past = await past_of(self._context.core, snapshot, catalogue)
        own_share = own_share_of(statement)
        deficit = statement.result == AffordabilityResult.DEFICIT
        situation = Situation(
            account_facts(snapshot),
            borrower_facts(own_share, statement.willing, snapshot, deficit=deficit),
            circumstances_of(
                snapshot,
                case.pack,
                statement.hardship_reason,
                past.beside(earlier_reliefs(self._context, granted)),
                account_months=past.account_months,
                payments_in_a_row=past.payments_in_a_row,
            ),
        )
        wish = wish_of(snapshot, first_due, body)
        found = options(situation, wish, catalogue, CORE_RUNS)
        shown = Shown(snapshot, situation, catalogue, policies.reliefs.on(day).version)
        return options_view(case_id, found, shown)


def earlier_reliefs(context: Context, granted: Iterable[reliefs.Granted]) -> list[EarlierRelief]:
    """Reliefs that came into force, by the bank's day on which they were agreed."""
    return [EarlierRelief(ReliefType(one.relief), context.day(one.agreed_at), one.ends_on) for one in granted]
