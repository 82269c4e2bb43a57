"""Computing the terms of a draft: judged by every rule, exactly as wished, within what somebody may grant."""

from dataclasses import dataclass
from datetime import date

from services.common.banking.port import AccountSnapshot
from services.common.kernel.errors import InvalidInput, Refused
from services.common.kernel.months import add_months
from services.common.runtime.caller import ROLES
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.authority import Level, level_of, needed_level
from services.plans.domain.catalogue import WITHOUT_A_PLAN, ReliefType
from services.plans.domain.options import Situation, option
from services.plans.domain.reliefs.fulfilled import unfulfilled
from services.plans.domain.reliefs.terms import Terms
from services.plans.errors import NobodyMayGrant
from services.plans.models import PlanCase, StatementOfMeansRow
from services.plans.repository import reliefs
from services.plans.schemas.base import PlanTermsRecord
from services.plans.schemas.plans import DraftPlan
from services.plans.service.context import Context
from services.plans.service.means.facts import (
    CORE_RUNS,
    account_facts,
    borrower_facts,
    circumstances_of,
    concession_of,
    own_share_of,
    refused_rules,
    require_first_due,
    terms_record,
    wish_of,
)
from services.plans.service.means.past import Past
from services.plans.service.terms.options import earlier_reliefs
from services.plans.service.terms.recomputing import computed_from

WAIVERS = frozenset({ReliefType.FEE_WAIVE, ReliefType.INT_WAIVE})


@dataclass(frozen=True, slots=True)
class Draft:
    """A computed version: its terms, and the record that is stored beside its schedule."""

    terms: Terms
    record: PlanTermsRecord


async def draft_terms(
    context: Context,
    uow: UnitOfWork,
    case: PlanCase,
    statement: StatementOfMeansRow,
    snapshot: AccountSnapshot,
    past: Past,
    body: DraftPlan,
    day: date,
) -> Draft:
    """The terms of a new version. InvalidInput for a wish that the relief does not fulfil, or a relief of which no plan
    is made; Refused with the rules that say no; NobodyMayGrant."""
    policies = context.policies
    matrix, catalogue = policies.matrix(day), policies.catalogue(day, case.pack, snapshot.product)
    require_first_due(body.first_due_date, day, policies.clocks(day))
    if body.relief_type not in catalogue:
        raise InvalidInput("the catalogue of the day does not have it", fields=[("#/relief_type", "unknown")])
    if body.relief_type in WITHOUT_A_PLAN:
        raise InvalidInput(
            "it changes no terms: a hold is placed and a promise is recorded, without a plan",
            fields=[("#/relief_type", "no plan is made of it")],
        )
    own_share = own_share_of(statement)
    own = earlier_reliefs(context, await reliefs.granted(uow.session, case.account_ref))
    earlier = past.beside(own)
    deficit = statement.result == AffordabilityResult.DEFICIT
    situation = Situation(
        account_facts(snapshot),
        borrower_facts(own_share, statement.willing, snapshot, deficit=deficit),
        circumstances_of(
            snapshot,
            case.pack,
            statement.hardship_reason,
            earlier,
            account_months=past.account_months,
            payments_in_a_row=past.payments_in_a_row,
        ),
    )
    wish = wish_of(snapshot, body.first_due_date, body)
    found = option(body.relief_type, situation, wish, catalogue, CORE_RUNS)
    if found.terms is None or found.refusals:
        rules, reasons = refused_rules(found)
        raise Refused(reasons, rules=rules)
    otherwise = unfulfilled(wish, found.terms, waives_by_itself=body.relief_type in WAIVERS)
    if otherwise:
        raise InvalidInput(
            "the relief does not have what was wished",
            fields=[(f"#/{name}", "not of this relief") for name in otherwise],
        )
    record = terms_record(
        found.terms,
        snapshot,
        own_share,
        repeat=any(one.agreed_on >= add_months(day, -matrix.repeat_within_months) for one in own),
        restructured=catalogue.terms(body.relief_type).restructured,
        policy_versions=policies.versions(day, case.pack),
    )
    highest = level_of(ROLES, matrix) or Level.AGENT
    if needed_level(concession_of(body.relief_type, record), matrix) > highest:
        raise NobodyMayGrant(f"this is beyond the level {highest.code}")
    return Draft(found.terms, record.model_copy(update={"computed_from": computed_from(situation, wish)}))
