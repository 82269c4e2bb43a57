"""What a case cost in Temporal: history events over all its workflows, counted on the server."""

from collections import Counter
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.service import RPCError, RPCStatusCode

from tests.e2e.bank import PORTAL
from tests.e2e.story import Story


@dataclass(frozen=True)
class Histories:
    """Events by workflow id, then by kind of event."""

    events: dict[str, Counter[str]]

    @property
    def total(self) -> int:
        return sum(counted.total() for counted in self.events.values())

    def breakdown(self) -> str:
        """One line per workflow, the longest history first."""
        lines = [f"{self.total} history events"]
        for workflow_id, counted in sorted(self.events.items(), key=lambda item: -item[1].total()):
            kinds = ", ".join(f"{number} {kind}" for kind, number in counted.most_common())
            lines.append(f"  {counted.total():4} {workflow_id}: {kinds}")
        return "\n".join(lines)


async def histories_of(story: Story) -> Histories:
    """The histories of the case: its own, its rounds', its agreements', and those of all its messages."""
    case = await story.case()
    ids = [f"case/{story.case_id}"]
    for round_ in range(1, case["round"] + 1):
        ids += [f"case/{story.case_id}/contact/{round_}", f"case/{story.case_id}/plan/{round_}"]
    agreements = await story.town.get("followup", f"/v1/cases/{story.case_id}/agreements", PORTAL)
    ids += [f"agreement/{agreement['agreement_id']}" for agreement in agreements["items"]]
    for message in await story.messages():
        ids.append(f"message/{message['purpose']}/{message['object_ref']}/{message['version']}")
    found = {workflow_id: await _events(story, workflow_id) for workflow_id in ids}
    return Histories({workflow_id: counted for workflow_id, counted in found.items() if counted})


async def _events(story: Story, workflow_id: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    try:
        async for event in story.town.temporal.get_workflow_handle(workflow_id).fetch_history_events():
            counted[EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()] += 1
    except RPCError as error:
        # A round that ended before its negotiation began has no such workflow.
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
    return counted
