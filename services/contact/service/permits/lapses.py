"""Requests to override a refusal that nobody decided on: they lapse, and nobody is asked any more."""

from services.common.contracts.workflows import OverrideInput, override_workflow_id
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.contact.repository import cases, overrides
from services.contact.workflows.messages import OverrideState

TASK = "decide_override"


class OverrideLapses:
    """Looks after requests for their workflow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, asked: OverrideInput) -> OverrideState:
        """Whether a request still waits. It lapses at its end, or with its case: nobody is contacted about that."""
        caller = Caller.service(self._database.service, override_workflow_id(asked.override_id))
        async with self._database.write(caller) as uow:
            override = await overrides.lock_override(uow.session, asked.override_id)
            if override is None or override.state == "lapsed":
                return OverrideState(outcome="lapsed")
            if override.state != "requested":
                return OverrideState(outcome="decided")
            case = await cases.find_case(uow.session, asked.case_id)
            goes_on = case is not None and case.closed_at is None
            if goes_on and override.expires_at > uow.now():
                return OverrideState(outcome="wait", wake_in=uow.wake_in(override.expires_at))
            override.state, override.version = "lapsed", override.version + 1
            await uow.close_task(TASK, str(asked.override_id), "lapsed")
            await uow.audit("conduct.override_lapsed", f"override/{asked.override_id}", case_id=asked.case_id)
            return OverrideState(outcome="lapsed")
