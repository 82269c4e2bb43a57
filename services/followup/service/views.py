"""From rows to answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from services.common.kernel.money import Money
from services.followup.domain.verdict import InstalmentState, Standing
from services.followup.models import Agreement, Instalment, PostingRow, UnmatchedPosting
from services.followup.schemas import AgreementView, InstalmentView, UnmatchedView
from services.followup.vocabulary import AgreementState, NoticeState, UnmatchedReason


def agreement_view(agreement: Agreement, lines: Sequence[Instalment]) -> AgreementView:
    """An agreement with its instalments."""
    money = agreement.money
    return AgreementView(
        agreement_id=agreement.agreement_id,
        case_id=agreement.case_id,
        account_ref=agreement.account_ref,
        round=agreement.round,
        state=AgreementState(agreement.state),
        standing=Standing(agreement.standing),
        total=money(agreement.total),
        paid=Money.total((money(line.paid) for line in lines), agreement.currency),
        unapplied=money(agreement.unapplied),
        activated_on=agreement.activated_on,
        grace_days=agreement.grace_days,
        notice=NoticeState(agreement.notice_state),
        next_reminder_at=agreement.remind_at,
        instalments=[
            InstalmentView(
                number=line.number,
                due_date=line.due_date,
                last_good_day=line.last_good_day,
                amount=money(line.amount),
                paid=money(line.paid),
                paid_on=line.paid_on,
                state=InstalmentState(line.state),
            )
            for line in lines
        ],
        version=agreement.version,
    )


def unmatched_view(entry: UnmatchedPosting, posting: PostingRow) -> UnmatchedView:
    """An entry of the work list."""
    return UnmatchedView(
        posting_ref=entry.posting_ref,
        reason=UnmatchedReason(entry.reason),
        account_ref=entry.account_ref,
        agreement_id=entry.agreement_id,
        amount=Money.of(posting.amount, posting.currency),
        value_date=posting.value_date,
        kind=kind_of(posting.kind),
        reverses=posting.reverses,
        opened_at=entry.opened_at,
    )


def kind_of(stored: str) -> Literal["payment", "reversal"]:
    return "reversal" if stored == "reversal" else "payment"
