"""What a borrower can be offered: computed from the core's account and the assessment, changing nothing."""

from datetime import timedelta
from uuid import UUID

from services.common.banking.port import AccountSnapshot
from services.common.kernel.money import Money
from services.common.kernel.rule import RuleVerdict
from services.common.runtime.caller import Caller
from services.plans.domain.options import Option, options
from services.plans.errors import UnknownCase, WrongPhase
from services.plans.repository import cases
from services.plans.schemas.plans import AskOptions, OptionsView, OptionView, RuleView
from services.plans.service.context import READERS, Context
from services.plans.service.facts import (
    account_facts,
    borrower_facts,
    comparison_of,
    own_share_of,
    require_first_due,
    wish_of,
)
from services.plans.texts import RELIEF_NAMES


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
        snapshot = await self._context.core.get_account(case.account_ref)
        day = self._context.day(self._context.database.clock.now())
        policies = self._context.policies
        clocks = policies.clocks(day)
        if body.first_due_date is not None:
            require_first_due(body.first_due_date, day, clocks)
        first_due = body.first_due_date or snapshot.as_of + timedelta(days=clocks.first_due.usual)
        wish = wish_of(snapshot, first_due, body.instalments, body.waived_interest, body.waived_fees)
        own_share = own_share_of(statement)
        borrower = borrower_facts(own_share, statement.willing, snapshot)
        found = options(account_facts(snapshot), borrower, wish, policies.catalogue(day, case.pack, snapshot.product))
        return OptionsView(
            case_id=case_id,
            account_as_of=snapshot.as_of,
            own_share=own_share,
            options=[_view(option, snapshot, borrower.max_instalment) for option in found],
        )


def rule_view(verdict: RuleVerdict) -> RuleView:
    """A verdict as it is shown."""
    return RuleView(rule=verdict.rule, passed=verdict.passed, reason=verdict.reason)


def _view(option: Option, snapshot: AccountSnapshot, own_share: Money) -> OptionView:
    terms = option.terms
    zh, en = RELIEF_NAMES[option.relief]
    return OptionView(
        relief_type=option.relief,
        name_zh=zh,
        name_en=en,
        eligible=option.eligible,
        reasons=[rule_view(verdict) for verdict in option.verdicts],
        instalments=terms.instalments if terms else None,
        first_due_date=terms.schedule[0].due_date if terms else None,
        end_date=terms.end_date if terms else None,
        payment=terms.payment if terms else None,
        last_payment=terms.schedule[-1].amount if terms else None,
        total=terms.total if terms else None,
        waived=terms.waived if terms else None,
        affordable=terms.payment <= own_share if terms else None,
        headroom=own_share - terms.payment if terms else None,
        comparison=comparison_of(terms, snapshot) if terms else None,
    )
