"""Signing: a code that is sent to the borrower, or a recorded word; what proves it is kept with the agreement."""

import hmac
from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.plans import AgreementSigned
from services.common.contracts.workflows import DeliveryRequest, plan_workflow_id
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.encryption import digest
from services.common.runtime.http.answers import Answer
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.agreement import AgreementPolicy, Restated, locked_until, misunderstood
from services.plans.errors import DocumentDiffers
from services.plans.errors_signing import (
    CodeExpired,
    CodeNotForThem,
    CodesLocked,
    CodeUsed,
    CodeWrong,
    ConsentChanged,
    NoCode,
    NotUnderstood,
    SignatureUnfit,
    TooManyCodes,
)
from services.plans.models import Agreement, Negotiation, Offer, Plan, PlanCase, SigningCode
from services.plans.repository import signing as repository
from services.plans.repository.rows import put
from services.plans.schemas.agreements import AskCode, ByCode, ByRecording, CodeSent
from services.plans.schemas.offers import KEY_TERMS, AcceptOffer, OfferDocument
from services.plans.service.agreement.showing import agreement_view
from services.plans.service.asking import version_ref
from services.plans.service.context import BORROWER, Context, channel_of, require_negotiator_or_borrower
from services.plans.service.flow import lock_plan, move_plan, nudge
from services.plans.service.hands import require_negotiates
from services.plans.service.negotiation.holds import require_no_hold
from services.plans.service.negotiation.open_offers import close_offer, open_offer
from services.plans.vocabulary import AgreementState, OfferState, Phase, PlanState, SignatureMethod

ACTIVATION = "activation"


class SignAgreements:
    """Sends codes, and takes signatures."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def send_code(self, caller: Caller, plan_id: UUID, body: AskCode) -> Answer:
        """Send the borrower a code to sign the open offer with. OfferOver, CodeNotForThem, TooManyCodes, CodesLocked,
        Forbidden."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            case, _, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await open_offer(uow, plan, body.version)
            if self._context.borrower_of(caller) != case.borrower_id:
                raise CodeNotForThem("have somebody of the bank record what is said instead")
            now = uow.now()
            policy = self._context.policies.agreements(self._context.day(now))
            last = await repository.newest_code(uow.session, plan_id, plan.version)
            number = last.number + 1 if last else 1
            if number > policy.codes_of_version:
                raise TooManyCodes("have somebody of the bank record what is said instead")
            until = locked_until(policy, last.tries, last.tried_at) if last and last.used_at is None else None
            if until is not None and now < until:
                raise CodesLocked("wait, or have somebody of the bank record what is said", until=until.isoformat())
            signing_id = business_uuid("signing_code", str(plan_id), str(plan.version), str(number))
            reference = self._context.codes.reference(str(signing_id))
            code = await put(
                uow.session,
                SigningCode(
                    signing_id=signing_id,
                    plan_id=plan_id,
                    version=plan.version,
                    case_id=plan.case_id,
                    number=number,
                    issued_to=f"{BORROWER}{case.borrower_id}",
                    digest=_digest(self._context.codes.code(reference), signing_id),
                    tries=0,
                    issued_at=now,
                    expires_at=min(now + timedelta(hours=policy.code_hours), offer.expires_at),
                ),
            )
            await uow.send_message(_code_message(plan, code, reference, policy))
            await uow.audit("signing_code.sent", f"signing_code/{signing_id}", case_id=plan.case_id)
            sent = CodeSent(
                signing_id=signing_id,
                plan_id=plan_id,
                version=plan.version,
                expires_at=code.expires_at,
                tries=policy.code_tries,
            )
            return uow.answer(sent, status=201)

    async def sign(self, caller: Caller, plan_id: UUID, body: AcceptOffer) -> Answer:
        """Sign exactly what was offered.

        OfferOver (expired, answered, superseded), HoldInForce, DocumentDiffers, ConsentChanged, NotUnderstood,
        SignatureUnfit, and for a code NoCode, CodeWrong, CodeExpired, CodeUsed.
        """
        require_negotiator_or_borrower(caller)
        if isinstance(body.signature, ByCode):
            await self._count_try(caller, plan_id, body.version)
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await open_offer(uow, plan, body.version)
            await require_negotiates(uow, case.case_id)
            await require_no_hold(uow, case)
            _require_same(offer, body)
            person = f"{BORROWER}{self._context.borrower_of(caller) or case.borrower_id}"
            code = await self._code(uow, plan, person, body) if isinstance(body.signature, ByCode) else None
            if isinstance(body.signature, ByRecording) and channel_of(caller) != "recorded":
                raise SignatureUnfit("a person of the bank says where the recording is")
            if code is not None:
                await repository.use_code(uow.session, code, uow.now())
            agreement = await put(uow.session, self._agreement(uow, case, plan, offer, body, person, code))
            await close_offer(uow, offer, OfferState.ACCEPTED)
            await move_plan(uow, plan, PlanState.SIGNED, negotiation, Phase.ACTIVATION)
            await self._tell(uow, case, negotiation, agreement)
            return uow.answer(agreement_view(agreement), status=201)

    async def _count_try(self, caller: Caller, plan_id: UUID, version: int) -> None:
        """Count the try before it is known whether the code is right, so that a refusal cannot take the count back."""
        counting = Caller.service(self._context.database.service, caller.correlation_id, acting_for=caller.person)
        async with self._context.database.write(counting) as uow:
            person = f"{BORROWER}{self._context.borrower_of(caller)}"
            await repository.count_try(uow.session, plan_id, version, person, self._context.seen_by(caller), uow.now())

    async def _code(self, uow: UnitOfWork, plan: Plan, person: str, body: AcceptOffer) -> SigningCode:
        """The code that was sent last, when it is the one that came back."""
        assert isinstance(body.signature, ByCode)
        code = await repository.newest_code(uow.session, plan.plan_id, plan.version)
        if code is None or code.issued_to != person or channel_of(uow.caller) != "portal":
            raise NoCode("ask for a code to sign this version with")
        if code.used_at is not None:
            raise CodeUsed("ask for another code")
        most = self._context.policies.agreements(self._context.day(uow.now())).code_tries
        if uow.now() >= code.expires_at or code.tries > most:
            raise CodeExpired("ask for another code")
        if not hmac.compare_digest(code.digest, _digest(body.signature.code, code.signing_id)):
            raise CodeWrong("read the code again", tries_left=most - code.tries)
        return code

    def _agreement(
        self,
        uow: UnitOfWork,
        case: PlanCase,
        plan: Plan,
        offer: Offer,
        body: AcceptOffer,
        person: str,
        code: SigningCode | None,
    ) -> Agreement:
        day = self._context.day(uow.now())
        cooling = self._context.policies.cooling_off_days(day, case.pack, case.product)
        signed = body.signature
        return Agreement(
            agreement_id=business_uuid("agreement", str(plan.plan_id), str(plan.version)),
            plan_id=plan.plan_id,
            version=plan.version,
            case_id=plan.case_id,
            round=plan.round,
            state=AgreementState.SIGNED,
            key_terms=list(KEY_TERMS),
            document_hash=offer.document_hash,
            accepted_by=person,
            recorded_by=uow.caller.subject,
            channel=channel_of(uow.caller),
            accepted_at=uow.now(),
            method=SignatureMethod(signed.method),
            consent_version=signed.consent_version,
            signing_id=code.signing_id if code else None,
            recording_ref=signed.recording_ref if isinstance(signed, ByRecording) else None,
            understood=body.understood.model_dump(mode="json"),
            payment_method=body.paying.method,
            mandate_ref=body.paying.mandate_ref,
            cooling_off_until=day + timedelta(days=cooling) if cooling else None,
        )

    async def _tell(self, uow: UnitOfWork, case: PlanCase, negotiation: Negotiation, agreement: Agreement) -> None:
        await uow.emit(
            AgreementSigned(
                case_id=agreement.case_id,
                agreement_id=agreement.agreement_id,
                plan_id=agreement.plan_id,
                version=agreement.version,
                round=agreement.round,
            )
        )
        hours = self._context.policies.clocks(self._context.day(uow.now())).hours_to_activate
        workflow_id = plan_workflow_id(negotiation.case_id, negotiation.round)
        due = uow.now() + timedelta(hours=hours)
        ref = version_ref(agreement.plan_id, agreement.version)
        await uow.oblige(Obligation(case.case_id, ACTIVATION, ref, "workflow", due, workflow_id))
        await nudge(uow, negotiation)


def _require_same(offer: Offer, body: AcceptOffer) -> None:
    """Raise unless the borrower signs this document, under these words, and says of it what it says."""
    if offer.document_hash != body.document_hash:
        raise DocumentDiffers("read the offer again and accept what it says now")
    document = OfferDocument.model_validate(offer.document)
    if document.consent is not None and document.consent.version != body.signature.consent_version:
        raise ConsentChanged("read the words of consent again")
    said = Restated(**body.understood.model_dump(exclude={"payment"}), payment=body.understood.payment)
    true = Restated(document.payment, document.instalments, document.first_due_date)
    if wrong := misunderstood(said, true):
        raise NotUnderstood("explain the terms again", questions=list(wrong))


def _code_message(plan: Plan, code: SigningCode, reference: str, policy: AgreementPolicy) -> DeliveryRequest:
    return DeliveryRequest(
        case_id=plan.case_id,
        purpose="signing_code",
        object_ref=str(code.signing_id),
        version=1,
        template="signing_code",
        params={"code": reference, "hours": str(policy.code_hours)},
        message_class="receipt",
    )


def _digest(code: str, signing_id: UUID) -> str:
    return digest(code, f"signing_code/{signing_id}")
