"""From rows to answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from services.common.kernel.money import Money
from services.followup.domain.verdict import AgreementVerdict, InstalmentState, InstalmentVerdict, Standing
from services.followup.domain.waterfall import FEES, INTEREST, PRINCIPAL, Application
from services.followup.models import Agreement, Instalment, UnmatchedPosting
from services.followup.schemas import AgreementView, InstalmentView, PartView, UnmatchedView
from services.followup.service.applying import debt_of
from services.followup.vocabulary import AgreementState, NoticeState


def agreement_view(agreement: Agreement, lines: Sequence[Instalment]) -> AgreementView:
    """An agreement with its instalments as judged last."""
    money = agreement.money
    paid = Money.total((money(line.paid) for line in lines), agreement.currency)
    verdict = AgreementVerdict(
        instalments=tuple(
            InstalmentVerdict(
                number=line.number,
                due_date=line.due_date,
                amount=money(line.amount),
                paid=money(line.paid),
                paid_in_time=money(line.paid_in_time),
                last_good_day=line.last_good_day,
                paid_on=line.paid_on,
                state=InstalmentState(line.state),
            )
            for line in lines
        ),
        standing=Standing(agreement.standing),
        received=paid + money(agreement.unapplied),
        unapplied=money(agreement.unapplied),
        unmatched_reversals=(),
    )
    return judged_view(agreement, verdict, _paid_parts(agreement, lines))


def parts_view(found: Application | None) -> list[PartView] | None:
    """What each part of the debt is owed in all, and what of it is paid."""
    if found is None:
        return None
    return [
        PartView(part=part, owed=paid + found.remaining_due[part], paid=paid) for part, paid in found.allocated.items()
    ]


def _paid_parts(agreement: Agreement, lines: Sequence[Instalment]) -> list[PartView] | None:
    """The same as it was kept with the last verdict."""
    debt = debt_of(agreement, lines)
    if debt is None:
        return None
    costs = Money.total((one.interest for one in debt.falling_due), agreement.currency)
    owed = {FEES: debt.fees, INTEREST: debt.interest + costs, PRINCIPAL: debt.principal}
    paid = {FEES: agreement.paid_fees, INTEREST: agreement.paid_interest, PRINCIPAL: agreement.paid_principal}
    return [
        PartView(part=part, owed=amount, paid=agreement.money(paid[part] or Decimal(0)))
        for part, amount in owed.items()
    ]


def judged_view(
    agreement: Agreement,
    verdict: AgreementVerdict,
    parts: list[PartView] | None,
    as_of: date | None = None,
    known_on: date | None = None,
    closed_through: date | None = None,
) -> AgreementView:
    """An agreement with a verdict on it."""
    return AgreementView(
        agreement_id=agreement.agreement_id,
        case_id=agreement.case_id,
        account_ref=agreement.account_ref,
        round=agreement.round,
        state=AgreementState(agreement.state),
        standing=verdict.standing,
        total=agreement.money(agreement.total),
        paid=verdict.received - verdict.unapplied,
        unapplied=verdict.unapplied,
        parts=parts,
        activated_on=agreement.activated_on,
        grace_days=agreement.grace_days,
        notice=NoticeState(agreement.notice_state),
        renegotiating=agreement.renegotiating,
        next_reminder_at=agreement.remind_at,
        instalments=[
            InstalmentView(
                number=line.number,
                due_date=line.due_date,
                last_good_day=line.last_good_day,
                amount=line.amount,
                paid=line.paid,
                paid_on=line.paid_on,
                state=line.state,
            )
            for line in verdict.instalments
        ],
        state_hash=verdict.state_hash,
        as_of=as_of,
        known_on=known_on,
        closed_through=closed_through,
        version=agreement.version,
    )


def unmatched_view(entry: UnmatchedPosting) -> UnmatchedView:
    """An entry of the work list."""
    shown = entry.model_dump(include=set(UnmatchedView.model_fields) - {"amount"})
    return UnmatchedView.model_validate(shown | {"amount": Money.of(entry.amount, entry.currency)})
