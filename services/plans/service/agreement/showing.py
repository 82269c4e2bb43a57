"""How agreements and objections are shown."""

from services.common.kernel.money import Money
from services.plans.models import Agreement, Objection
from services.plans.schemas.agreements import AgreementView, Feasibility, ObjectionView, SignatureView


def agreement_view(agreement: Agreement) -> AgreementView:
    """An agreement with what proves its signature; one from before that was recorded has nothing of it."""
    signature = None
    if agreement.method is not None:
        signature = SignatureView(
            method=str(agreement.method),
            consent_version=agreement.consent_version or "",
            document_hash=agreement.document_hash,
            signing_id=agreement.signing_id,
            recording_ref=agreement.recording_ref,
            understood=agreement.understood or {},
            signed_at=agreement.accepted_at,
        )
    return AgreementView(
        agreement_id=agreement.agreement_id,
        plan_id=agreement.plan_id,
        version=agreement.version,
        case_id=agreement.case_id,
        state=str(agreement.state),
        document_hash=agreement.document_hash,
        channel=agreement.channel,
        accepted_at=agreement.accepted_at,
        signature=signature,
        payment_method=str(agreement.payment_method) if agreement.payment_method else None,
        mandate_ref=agreement.mandate_ref,
        cooling_off_until=agreement.cooling_off_until,
        taken_back_at=agreement.taken_back_at,
    )


def objection_view(objection: Objection, currency: str) -> ObjectionView:
    """An objection with its answer."""
    wanted = objection.wanted_payment
    return ObjectionView(
        objection_id=objection.objection_id,
        plan_id=objection.plan_id,
        version=objection.version,
        reason=objection.reason,
        own_words=objection.own_words,
        wanted_payment=None if wanted is None else Money.of(wanted, currency),
        wanted_months=objection.wanted_months,
        answer=None if objection.answer is None else Feasibility.model_validate(objection.answer),
        recorded_at=objection.recorded_at,
    )
