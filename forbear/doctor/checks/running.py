"""Workflows: one for each open case with its children, none for a closed one, and none that ended badly."""

from collections.abc import Mapping
from uuid import UUID

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect
from services.common.contracts.workflows import agreement_workflow_id, case_workflow_id, summary_workflow_id
from services.common.kernel.ids import business_uuid


@check("W1", "Every open case has its workflow, and it runs")
async def open_cases_run(look: Look) -> Examined:
    cases = await look.open_cases()
    found = await (await look.workflows()).described([case_workflow_id(case_id) for case_id in cases])
    suspects = [
        Suspect(f"case {case_id}", case_id)
        for case_id in cases
        if (execution := found.get(case_workflow_id(case_id))) is None or not execution.runs
    ]
    return Examined(len(cases), suspects)


@check("W2", "No other workflow runs: none for a closed case, none for a message that is no longer wanted")
async def nothing_else_runs(look: Look) -> Examined:
    workflows = await look.workflows()
    listed = await workflows.listed("ExecutionStatus = 'Running'")
    owners = await _owners(look)
    cases = await look.open_cases()
    strange = {
        one.workflow_id: case_id
        for one in listed
        for wanted, case_id in [_wanted(one.workflow_id, cases, owners)]
        if not wanted
    }
    # The list lags behind; the server itself is asked about what looks strange.
    running = [one for one in (await workflows.described(list(strange))).values() if one.runs]
    return Examined(len(listed), [Suspect(_name(one.workflow_id), strange[one.workflow_id]) for one in running])


#: Workflow ids of agreements, waiting messages, bulk holds, stopped interest, disputes of the credit record and closing
#: summaries, each with its case and whether it may run.
Owners = Mapping[str, tuple[UUID | None, bool]]
#: What may go on when its case has ended.
_OUTLIVING = ("message", "bulk-hold", "interest", "credit-dispute", "closing-summary")
_AGREEMENTS = "SELECT agreement_id, case_id, state IN ('active', 'at_risk') AS runs FROM agreement"
_SIGNED = "SELECT agreement_id, case_id, state = 'SIGNED' AS runs FROM agreement"
_MESSAGES = """
SELECT purpose, object_ref, version, case_id, jsonb_array_length(tried) AS tried,
    state IN ('planned', 'unknown') AS waits FROM message
"""
_INTEREST = "SELECT stop_id, case_id, wanted = 'stopped' OR state <> 'confirmed' AS runs FROM interest_stop"
_DISPUTES = "SELECT dispute_id, case_id, state IN ('open', 'corrected') AS runs FROM credit_dispute"
_SUMMARIES = "SELECT case_id, reference IS NULL AS runs FROM crm_summary"
_BULK = "SELECT bulk_id, state FROM bulk_hold WHERE state IN ('placing', 'undoing')"


async def _owners(look: Look) -> Owners:
    agreements = [*await look.rows("plans", _SIGNED), *await look.rows("followup", _AGREEMENTS)]
    owners: dict[str, tuple[UUID | None, bool]] = {
        agreement_workflow_id(row["agreement_id"]): (row["case_id"], row["runs"]) for row in agreements
    }
    for row in await look.rows("contact", _MESSAGES):
        once = f"message/{row['purpose']}/{row['object_ref']}/{row['version']}"
        for again in ("", *(f"/{number + 1}" for number in range(row["tried"]))):
            owners[once + again] = (row["case_id"], row["waits"])
    for row in await look.rows("intake", _BULK):
        owners[f"bulk-hold/{row['bulk_id']}/{'undo' if row['state'] == 'undoing' else 'place'}"] = (None, True)
    for row in await look.rows("intake", _INTEREST):
        owners[f"interest/{row['stop_id']}"] = (row["case_id"], row["runs"])
    for row in await look.rows("followup", _DISPUTES):
        owners[f"credit-dispute/{row['dispute_id']}"] = (row["case_id"], row["runs"])
    for row in await look.rows("followup", _SUMMARIES):
        owners[summary_workflow_id(row["case_id"])] = (row["case_id"], row["runs"])
    return owners


def _wanted(workflow_id: str, cases: Mapping[UUID, str], owners: Owners) -> tuple[bool, UUID | None]:
    """Whether a workflow may run now, and its case as far as it is known."""
    kind, _, rest = workflow_id.partition("/")
    if kind == "case":
        try:
            case_id = UUID(rest.partition("/")[0])
        except ValueError:
            return False, None
        return case_id in cases, case_id
    owner, runs = owners.get(workflow_id, (None, False))
    return runs and (kind in _OUTLIVING or owner in cases), owner


def _name(workflow_id: str) -> str:
    """The id when it is one of ours, otherwise a digest: nobody knows what a strange one is made of."""
    known = workflow_id.startswith(("case/", "agreement/", *(f"{kind}/" for kind in _OUTLIVING)))
    return workflow_id if known else f"a workflow of a strange name ({business_uuid('workflow', workflow_id)})"


@check("W4", "No workflow ended badly without another one in its place")
async def none_ended_badly(look: Look) -> Examined:
    workflows = await look.workflows()
    listed = await workflows.listed("ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled')")
    latest = await workflows.described(sorted({one.workflow_id for one in listed}))
    suspects = [Suspect(f"{_name(one.workflow_id)} {one.status}") for one in latest.values() if one.ended_badly]
    return Examined(len(await workflows.listed()), suspects)
