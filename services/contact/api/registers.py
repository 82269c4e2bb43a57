"""Routes of numbers, representatives, third parties, and what is known of a person."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import PageAsked
from services.contact.api.people import PartyId
from services.contact.schemas.known import Confirmed, ConfirmKnown, Known
from services.contact.schemas.numbers import AddNumber, BarNumber, CheckNumber, NumberKept, NumbersKept
from services.contact.schemas.representatives import AddRepresentative, Letter, RepresentativeKept, Representatives
from services.contact.schemas.third_parties import AddThirdParty, ThirdParties, ThirdPartyShown
from services.contact.service.people.known import KnownRegister
from services.contact.service.people.numbers import NumberRegister
from services.contact.service.people.representatives import RepresentativeRegister
from services.contact.service.people.third_parties import ThirdPartyRegister


def number_routes(numbers: NumberRegister, known: KnownRegister) -> APIRouter:
    """Routes of numbers and of what is known."""
    routes = APIRouter(tags=["people"])

    @routes.get("/cases/{case_id}/numbers", response_model=NumbersKept)
    async def list_numbers(case_id: UUID, caller: AnyCaller, party_id: PartyId = None) -> Response:
        """Numbers and addresses of a person by their endings, barred ones too."""
        return respond(Answer(await numbers.of_case(caller, case_id, party_id)))

    @routes.post("/cases/{case_id}/numbers", response_model=NumbersKept, status_code=201)
    async def add_number(case_id: UUID, body: AddNumber, caller: CommandCaller) -> Response:
        """Keep a number or address that was told; 200 when all of its channels were known."""
        return respond(await numbers.add(caller, case_id, body))

    @routes.post("/numbers/{number_id}/check", response_model=NumberKept)
    async def check_number(number_id: UUID, body: CheckNumber, caller: CommandCaller) -> Response:
        """Keep what came of a check. Needs If-Match."""
        return respond(await numbers.check(caller, number_id, body))

    @routes.post("/numbers/{number_id}/bar", response_model=NumberKept)
    async def bar_number(number_id: UUID, body: BarNumber, caller: CommandCaller) -> Response:
        """Do not use a number for its person any more."""
        return respond(await numbers.bar(caller, number_id, body))

    @routes.get("/cases/{case_id}/known", response_model=Known)
    async def read_known(case_id: UUID, caller: AnyCaller, party_id: PartyId = None) -> Response:
        """What we know about a person, to be read to them; the reading is recorded."""
        return respond(Answer(await known.read(caller, case_id, party_id)))

    @routes.post("/cases/{case_id}/known/confirmation", response_model=Confirmed, status_code=201)
    async def confirm_known(case_id: UUID, body: ConfirmKnown, caller: CommandCaller) -> Response:
        """Keep which of it the person confirmed, and which was corrected."""
        return respond(await known.confirm(caller, case_id, body))

    return routes


def others_routes(representatives: RepresentativeRegister, third_parties: ThirdPartyRegister) -> APIRouter:
    """Routes of representatives and third parties."""
    routes = APIRouter(tags=["people"])

    @routes.post("/cases/{case_id}/representatives", response_model=RepresentativeKept, status_code=201)
    async def add_representative(case_id: UUID, body: AddRepresentative, caller: CommandCaller) -> Response:
        """Keep who speaks for a person about the debt of a case."""
        return respond(await representatives.add(caller, case_id, body))

    @routes.get("/cases/{case_id}/representatives", response_model=Representatives)
    async def list_representatives(case_id: UUID, asked: PageAsked, caller: AnyCaller) -> Response:
        """All who speak or spoke for somebody about a case; the reading is recorded."""
        return respond(Answer(await representatives.of_case(caller, case_id, asked)))

    @routes.post("/representatives/{representative_id}/letters", response_model=RepresentativeKept)
    async def record_letter(representative_id: UUID, body: Letter, caller: CommandCaller) -> Response:
        """Keep a letter to or from a representative. Needs If-Match."""
        return respond(await representatives.letter(caller, representative_id, body))

    @routes.post("/representatives/{representative_id}/end", response_model=RepresentativeKept)
    async def end_representative(representative_id: UUID, caller: CommandCaller) -> Response:
        """Somebody does not speak for the person any more. Needs If-Match."""
        return respond(await representatives.end(caller, representative_id))

    @routes.post("/cases/{case_id}/third-parties", response_model=ThirdPartyShown, status_code=201)
    async def add_third_party(case_id: UUID, body: AddThirdParty, caller: CommandCaller) -> Response:
        """Keep somebody who may know where the borrower is. 200 when that number is kept for the case already."""
        return respond(await third_parties.add(caller, case_id, body))

    @routes.get("/cases/{case_id}/third-parties", response_model=ThirdParties)
    async def list_third_parties(case_id: UUID, asked: PageAsked, caller: AnyCaller) -> Response:
        """Third parties of a case, by the endings of their numbers."""
        return respond(Answer(await third_parties.of_case(caller, case_id, asked)))

    @routes.post("/third-parties/{third_party_id}/refusal", response_model=ThirdPartyShown)
    async def refuse_contact(third_party_id: UUID, caller: CommandCaller) -> Response:
        """Somebody at this number does not want to be contacted: for good, in every case."""
        return respond(await third_parties.refuse(caller, third_party_id))

    @routes.post("/third-parties/{third_party_id}/invitation", response_model=ThirdPartyShown)
    async def invite_contact(third_party_id: UUID, caller: CommandCaller) -> Response:
        """The person asked to be contacted again. Needs If-Match."""
        return respond(await third_parties.invite(caller, third_party_id))

    @routes.post("/third-parties/{third_party_id}/offer-to-pay", response_model=ThirdPartyShown)
    async def offer_to_pay(third_party_id: UUID, caller: CommandCaller) -> Response:
        """The person offers to pay for the borrower. Needs If-Match."""
        return respond(await third_parties.volunteer(caller, third_party_id))

    return routes
