"""Joint debtors and guarantors: persons like the borrower, with a contact state of their own."""

from uuid import UUID

from services.common.contracts.events.cases import PartyAdded
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.intake.domain.case_state import CaseState
from services.intake.errors import CaseIsClosed, CaseUnknown, FactsContradict, PartyUnknown
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, parties
from services.intake.schemas import AddParty, Parties, PartyAnswer, PartyShown
from services.intake.service.arrival.facts import Profile, borrower_values
from services.intake.service.arrival.opening import OPENS
from services.intake.service.people import flag_reviews
from services.intake.service.reading import PROFILE_READERS
from services.intake.service.showing import party_shown


class PartiesOfCases:
    """Adds parties and shows them; each reading of personal data is recorded."""

    def __init__(self, database: Database, policies: Policies, institution: str) -> None:
        self._database = database
        self._policies = policies
        self._institution = institution

    async def add(self, caller: Caller, case_id: UUID, body: AddParty) -> Answer:
        """Add a person who owes the debt too (201), or answer with what there is (200).

        CaseUnknown, CaseIsClosed; FactsContradict when it is the borrower, or has another role already.
        """
        caller.require_any(OPENS)
        borrower_id = business_uuid("borrower", self._institution, body.person.borrower_ref)
        async with self._database.write(caller) as uow:
            policy = self._policies.cases(uow.now())
            profile = Profile(**body.person.model_dump())
            # The person is locked before the case, as in the opening of one.
            values = borrower_values(profile, borrower_id, body.source, policy.today(uow.now()), policy)
            await borrowers.merge(uow.session, values)
            case = await cases.lock(uow.session, case_id, caller)
            if case is None:
                raise CaseUnknown
            if case.state == CaseState.CLOSED:
                raise CaseIsClosed
            if case.borrower_id == borrower_id:
                raise FactsContradict(
                    "this is the borrower", fields=[("#/person/borrower_ref", "is that of the borrower")]
                )
            added = await parties.add(
                uow.session,
                {
                    "case_id": case_id,
                    "borrower_id": borrower_id,
                    "role": body.role,
                    "added_at": uow.now(),
                    "added_by": caller.person,
                },
            )
            if added:
                await uow.emit(PartyAdded(case_id=case_id, party_id=borrower_id, role=body.role))
                await flag_reviews.adopt(uow, case_id, borrower_id, self._policies)
                await uow.audit("party.added", f"borrower/{borrower_id}", case_id=case_id, detail={"role": body.role})
            elif await parties.role_of(uow.session, case_id, borrower_id) != body.role:
                raise FactsContradict("the person has another role", fields=[("#/role", "is not the one there is")])
            answer = PartyAnswer(case_id=case_id, party_id=borrower_id, role=body.role)
            return uow.answer(answer, status=201 if added else 200)

    async def of_case(self, caller: Caller, case_id: UUID) -> Parties:
        """The parties of a case. CaseUnknown, Forbidden."""
        caller.require_any(PROFILE_READERS)
        async with self._database.write(caller) as uow:
            if await cases.get(uow.session, case_id, caller) is None:
                raise CaseUnknown
            found = await parties.of_case(uow.session, case_id)
            for _, person in found:
                await uow.audit("borrower.read", f"borrower/{person.borrower_id}", case_id=case_id)
            return Parties(items=[party_shown(party, person) for party, person in found])

    async def party(self, caller: Caller, case_id: UUID, party_id: UUID) -> PartyShown:
        """One party. PartyUnknown when the case has none of this id."""
        for shown in (await self.of_case(caller, case_id)).items:
            if shown.borrower_id == party_id:
                return shown
        raise PartyUnknown
