"""The doctor on a real Temporal: what does not run, runs on, ended badly, or lies open in a history."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from forbear.doctor.look import Look
from forbear.doctor.verdicts import Finding, Verdict
from sandbox.engines.engines import Engines
from services.common.contracts.workflows import case_workflow_id
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from tests.integration.clinic import Clinic, FlowingClock, finding, places, run
from tests.integration.clinic_rows import AGREEMENT, CASE, NOW, PLAN, open_case, row
from tests.waiting import until


@pytest.fixture
async def temporal(engines: Engines) -> AsyncIterator[Client]:
    """A namespace of its own: what other tests leave running is none of this test's business."""
    namespace = f"doctor-{uuid4().hex[:8]}"
    client = await Client.connect(engines.temporal_address, namespace=namespace)
    request = RegisterNamespaceRequest(namespace=namespace)
    request.workflow_execution_retention_period.FromTimedelta(timedelta(days=1))
    await client.workflow_service.register_namespace(request)

    async def known() -> bool:
        try:
            return [one async for one in client.list_workflows("")] == []
        except RPCError:
            return False

    await until(known, "the namespace is there")
    yield client
    async for execution in client.list_workflows("ExecutionStatus = 'Running'"):
        await client.get_workflow_handle(execution.id).terminate()


async def begin(client: Client, workflow_id: str, argument: str = "x") -> None:
    """Start a workflow that no worker will touch, and wait until the list knows it."""
    await client.start_workflow("CaseWorkflow", argument, id=workflow_id, task_queue="nobody")
    await listed(client, f"WorkflowId = '{workflow_id}'")


async def listed(client: Client, query: str) -> None:
    async def there() -> bool:
        return bool([one async for one in client.list_workflows(query)])

    await until(there, "the list knows the workflow")


async def looked(ward: Clinic, engines: Engines, client: Client, id: str, **changed: str) -> Finding:
    databases = {**ward.healthy, **changed}
    return await finding(Look(places(databases, temporal=engines.temporal_address, namespace=client.namespace)), id)


async def test_an_open_case_without_its_workflow_is_found(ward: Clinic, engines: Engines, temporal: Client) -> None:
    assert (await looked(ward, engines, temporal, "W1")).examples == (f"case {CASE}",)
    await begin(temporal, case_workflow_id(CASE))
    assert (await looked(ward, engines, temporal, "W1")).verdict is Verdict.CLEAN
    await temporal.get_workflow_handle(case_workflow_id(CASE)).terminate()
    assert (await looked(ward, engines, temporal, "W1")).verdict is Verdict.BROKEN
    await listed(temporal, "ExecutionStatus = 'Terminated'")
    assert (await looked(ward, engines, temporal, "W4")).examples == (f"case/{CASE} TERMINATED",)


async def test_a_case_whose_start_is_still_queued_is_in_flight(
    ward: Clinic, engines: Engines, temporal: Client
) -> None:
    await begin(temporal, case_workflow_id(CASE))
    imported = business_uuid("case", "imported")
    start = row(
        "outbox", sink="temporal", kind="start", target="intake", key=case_workflow_id(imported), name="CaseWorkflow",
        case_id=imported, headers={}, body="",
    )  # fmt: skip
    waits = "UPDATE outbox SET created_at = clock_timestamp() - interval '75 seconds'"
    queued = await ward.broken("intake", open_case(imported, account_ref="A2"), start, waits)
    for clock in (FixedClock(NOW), FlowingClock(NOW)):
        look = Look(places(queued, temporal=engines.temporal_address, namespace=temporal.namespace, clock=clock))
        found = await finding(look, "W1")
        assert (found.verdict, found.in_flight, found.examined) == (Verdict.UNCHECKED, 1, 2)
    # It left the outbox long ago, and no workflow came of it.
    await run(queued["intake"], "UPDATE outbox SET published_at = created_at")
    assert (await looked(ward, engines, temporal, "W1", intake=queued["intake"])).examples == (f"case {imported}",)


@pytest.mark.parametrize(
    "stray",
    [f"case/{UUID(int=1)}", f"case/{UUID(int=1)}/plan/1", f"agreement/{UUID(int=2)}", f"message/offer/{PLAN}/1"],
)
async def test_a_workflow_that_should_not_run_is_found(
    ward: Clinic, engines: Engines, temporal: Client, stray: str
) -> None:
    for wanted in (f"case/{CASE}", f"case/{CASE}/contact/1", f"agreement/{AGREEMENT}"):
        await begin(temporal, wanted)
    assert (await looked(ward, engines, temporal, "W2")).verdict is Verdict.CLEAN
    await begin(temporal, stray)
    assert (await looked(ward, engines, temporal, "W2")).examples == (stray,)


async def test_what_is_written_back_of_a_case_may_run_until_it_is_written(
    ward: Clinic, engines: Engines, temporal: Client
) -> None:
    ended = UUID(int=3)
    await begin(temporal, f"closing-summary/{ended}")
    assert (await looked(ward, engines, temporal, "W2")).verdict is Verdict.BROKEN, "nothing is to be written of it"
    values = f"'{ended}', 'A3', 'CURED', '2026-03-02'"
    row = f"INSERT INTO crm_summary (case_id, account_ref, ended, ended_on) VALUES ({values})"
    waits = await ward.broken("followup", row)
    assert (await looked(ward, engines, temporal, "W2", followup=waits["followup"])).verdict is Verdict.CLEAN
    await run(waits["followup"], f"UPDATE crm_summary SET reference = 'summary-1', written_at = '{NOW.isoformat()}'")
    found = await looked(ward, engines, temporal, "W2", followup=waits["followup"])
    assert found.examples == (f"closing-summary/{ended}",)


async def test_a_workflow_of_a_strange_name_is_found_and_not_named(
    ward: Clinic, engines: Engines, temporal: Client
) -> None:
    await begin(temporal, "call/+8613400000016")
    found = await looked(ward, engines, temporal, "W2")
    assert found.verdict is Verdict.BROKEN
    assert "134" not in str(found.examples)
    assert (await looked(ward, engines, temporal, "R3")).verdict is Verdict.BROKEN


async def test_a_payload_that_is_not_encrypted_is_found(ward: Clinic, engines: Engines, temporal: Client) -> None:
    await begin(temporal, f"case/{CASE}", "nobody's name")
    assert (await looked(ward, engines, temporal, "R3")).verdict is Verdict.CLEAN
    await begin(temporal, f"case/{CASE}/plan/1", "林芳")
    found = await looked(ward, engines, temporal, "R3")
    assert (found.verdict, found.broken, found.examined) == (Verdict.BROKEN, 1, 2)
