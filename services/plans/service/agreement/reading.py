"""Agreements as they are read: the record of the signature, and the document on paper, stored once with its hash."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from obstore.exceptions import AlreadyExistsError

from services.common.runtime.caller import Caller
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.adapters.agreement_pdf import Language, Paper
from services.plans.errors import NoAgreement, UnknownPlan
from services.plans.models import Agreement, AgreementDocument, Offer, Plan
from services.plans.repository import offers, plans
from services.plans.repository import signing as repository
from services.plans.repository.access import Seen
from services.plans.schemas.agreements import AgreementView
from services.plans.schemas.offers import OfferDocument
from services.plans.service.agreement.showing import agreement_view
from services.plans.service.context import READERS, Context


@dataclass(frozen=True, slots=True)
class Printed:
    """A document with its SHA-256 (hex)."""

    content: bytes
    sha256: str


class Agreements:
    """Shows and prints what was agreed, for the people of the bank and for this borrower."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def view(self, caller: Caller, plan_id: UUID) -> AgreementView:
        """The newest agreement on a plan. UnknownPlan, NoAgreement."""
        caller.require_any(READERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            agreement = await repository.agreement_of(session, plan_id, seen)
            if agreement is None and await plans.latest(session, plan_id, seen) is None:
                raise UnknownPlan("there is no plan of this id")
        if agreement is None:
            raise NoAgreement("nothing was signed")
        return agreement_view(agreement)

    async def pdf(self, caller: Caller, plan_id: UUID, language: Language | None) -> Printed:
        """The newest agreement on paper, or the terms that are offered while nothing is signed; audited.

        What was signed is printed once in each language and read from the store ever after. UnknownPlan, NoAgreement.
        """
        caller.require_any(READERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.write(caller) as uow:
            plan = await plans.latest(uow.session, plan_id, seen)
            if plan is None:
                raise UnknownPlan("there is no plan of this id")
            agreement, offer = await _newest(uow, plan, seen)
            chosen = language or ("en" if await repository.language_of(uow.session, plan.case_id) == "en" else "zh")
            known = None
            if agreement is not None:
                known = await repository.document_of(uow.session, agreement.agreement_id, chosen)
            await uow.audit("agreement.printed", f"plan/{plan_id}/v{offer.version}", case_id=plan.case_id)
        if agreement is None:
            return _printed(await self._print(offer, None, chosen))
        if known is not None:
            return Printed(
                b"".join([chunk async for chunk in self._context.files.read(known.object_key)]), known.sha256
            )
        return await self._keep(caller, agreement, offer, chosen)

    async def _print(self, offer: Offer, agreement: Agreement | None, language: Language) -> bytes:
        paper = Paper(
            document=OfferDocument.model_validate(offer.document),
            document_hash=offer.document_hash,
            agreement=None if agreement is None else agreement_view(agreement),
            institution=self._context.institution,
            language=language,
            zone=self._context.zone,
            at=offer.issued_at if agreement is None else agreement.accepted_at,
        )
        return await self._context.printer.pdf(paper)

    async def _keep(self, caller: Caller, agreement: Agreement, offer: Offer, language: Language) -> Printed:
        """Print what was signed and keep it: the file is written before its row, and never over another."""
        made = _printed(await self._print(offer, agreement, language))
        key = f"agreements/{agreement.agreement_id}/{language}-{made.sha256}.pdf"
        try:
            await self._context.files.put(key, made.content)
        except AlreadyExistsError:
            pass  # Somebody printed the same at the same time: the same bytes are there.
        async with self._context.database.write(caller) as uow:
            await repository.keep_document(
                uow.session,
                AgreementDocument(
                    agreement_id=agreement.agreement_id,
                    language=language,
                    sha256=made.sha256,
                    size=len(made.content),
                    object_key=key,
                    made_at=uow.now(),
                ),
            )
            await uow.audit(
                "agreement.document_kept",
                f"agreement/{agreement.agreement_id}",
                case_id=agreement.case_id,
                after={"sha256": made.sha256, "language": language},
            )
        return made


async def _newest(uow: UnitOfWork, plan: Plan, seen: Seen) -> tuple[Agreement | None, Offer]:
    """What is printed of a plan: its newest version if that was offered, or else what was signed before it."""
    agreement = await repository.agreement_of(uow.session, plan.plan_id, seen)
    offer = await offers.get_offer(uow.session, plan.plan_id, plan.version)
    if agreement is not None and agreement.version != plan.version:
        if offer is not None:
            return None, offer
        offer = await offers.get_offer(uow.session, plan.plan_id, agreement.version)
    if offer is None:
        raise NoAgreement("nothing was offered in this version, or signed")
    return agreement, offer


def _printed(content: bytes) -> Printed:
    return Printed(content, hashlib.sha256(content).hexdigest())
