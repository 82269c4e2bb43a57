"""What follows when money of a completed agreement is taken back: its case stays closed, and a new one links to it."""

from services.common.contracts.events.agreements import AgreementReopened
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.errors import CaseUnknown
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases
from services.intake.service.arrival.facts import AccountReport, Profile
from services.intake.service.arrival.opening import Opening, Report
from services.intake.service.states.hearing import trigger_name
from services.intake.service.states.moving import CaseStates
from services.intake.service.states.parking import Trigger
from services.intake.service.states.procedure import DONE, end


class Reopening:
    """Opens the case that follows a closed one."""

    def __init__(self, policies: Policies, states: CaseStates, opening: Opening) -> None:
        self._policies = policies
        self._states = states
        self._opening = opening

    async def hear_reopened(self, uow: UnitOfWork, received: Received[AgreementReopened]) -> None:
        """agreement.reopened: open a case for what is owed again, or link to the open one that there is.

        A case that has come to its end is closed first: nothing goes back from a completed plan. One that has not heard
        of the completion yet parks the event. CaseUnknown when there is no such case.
        """
        said, event = received.payload, received.event
        case = await cases.lock(uow.session, said.case_id)
        if case is None:
            raise CaseUnknown("an event names a case that is not here")
        if case.state not in (CaseState.CLOSED, *DONE):
            await self._states.take(uow, case, Trigger(trigger_name(type(said)), event.source, event.id, {}))
            return
        if case.state != CaseState.CLOSED:
            await end(uow, case, self._states, self._policies)
        borrower = await borrowers.get(uow.session, case.borrower_id)
        assert borrower is not None, "a foreign key holds it"
        report = Report(
            profile=Profile(borrower_ref=borrower.borrower_ref),
            account=AccountReport(
                account_ref=case.account_ref,
                product=case.product,
                portfolio=case.portfolio,
                arrears=said.shortfall,
                balance=said.shortfall,
                oldest_unpaid_due_date=said.oldest_unpaid_due_date,
                as_of=said.as_of,
            ),
            origin="bank",
        )
        following, opened = await self._opening.follow(uow, report)
        await uow.audit(
            "case.reopened",
            f"case/{case.case_id}",
            case_id=case.case_id,
            detail={"case": str(following), "agreement": str(said.agreement_id), "opened": opened},
        )
