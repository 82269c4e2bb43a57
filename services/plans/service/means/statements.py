"""Reading a statement of means in the form of its pack."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.plans.domain.means import assess
from services.plans.errors import NoStatement, UnknownCase
from services.plans.repository import cases
from services.plans.schemas.means import MeansStated, StatementView
from services.plans.service.context import READERS, Context
from services.plans.service.means.stated import judged, sections, stated_means, to_explain
from services.plans.service.roles_shown import statement_for


class ReadStatements:
    """Answers what a borrower said that comes in and goes out; nothing changes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def newest(self, caller: Caller, case_id: UUID) -> StatementView:
        """The statement of the newest round that has one, by the policies of its day. UnknownCase, NoStatement."""
        caller.require_any(READERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            found = await cases.newest_statement(session, case_id, seen)
            if found is None and await cases.account_of(session, case_id, seen) is None:
                raise UnknownCase("plans does not know this case yet")
        if found is None:
            raise NoStatement("no statement of means was taken in this case")
        row, pack = found
        policies, day = self._context.policies, self._context.day(row.taken_at)
        body = MeansStated.model_validate_json(row.items)
        form = policies.means_form(day, pack)
        terms = policies.affordability_terms(day, pack, row.currency)
        view = StatementView(
            assessment_id=row.assessment_id,
            case_id=row.case_id,
            round=row.round,
            form=form.name if form else None,
            form_zh=form.name_zh if form else None,
            sections=sections(form, body),
            unsecured_debts=body.unsecured_debts,
            own_debt=body.own_debt,
            judged=judged(assess(stated_means(row.currency, body), terms.value)),
            to_explain=to_explain(form, body),
            policy_version=row.policy_version,
            taken_by=row.taken_by,
            taken_at=row.taken_at,
            debt_advice_at=row.advised_at,
        )
        return statement_for(caller, view)
