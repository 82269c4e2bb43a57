"""Activation: once, whatever the core does; never in force with another schedule than the agreed one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.common.banking.errors import CoreUnavailable
from services.common.banking.fineract import FineractBanking
from services.common.banking.port import CoreAnswer, PlanTerms
from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import RoundInput
from services.common.kernel.errors import Conflict
from services.plans.bootstrap import UseCases
from services.plans.service.agreement import activation as activating
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house
from tests.integration.plans_service import Case


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def activation(house: House, column: str) -> object:
    return await house.scalar(f"SELECT {column} FROM activation")


async def test_an_answer_that_was_lost_is_found_by_asking(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/faults", kind="time_out_after_accepting", account_ref="A1", count=1)
    assert (await house.activate(case)).outcome == "done"
    assert (await house.said(case)).count("plan.activated") == 1
    assert await activation(house, "state") == "done"


async def test_a_core_that_has_not_decided_is_asked_again_and_never_told_twice(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/checker", needed=True)
    for attempts in (1, 2):
        with pytest.raises(CoreUnavailable):
            await house.activate(case)
        assert (await activation(house, "state"), await activation(house, "attempts")) == ("unknown", attempts)
    assert (await house.look(case)).activate
    async with house.outside.world.store.reading() as tx:
        waiting = await tx.fetch("SELECT restructuring_id FROM bank_restructuring")
    assert len(waiting) == 1
    await house.outside.control(f"/bank/restructurings/{waiting[0]['restructuring_id']}/decision", approve=True)
    assert (await house.activate(case)).outcome == "done"
    assert (await house.look(case)).outcome == "active"


async def back_to_a_draft(house: House, case: Case, code: str) -> None:
    name, body = (await house.outbox(case))[-2]
    assert (name, body["reason_code"]) == ("plan.activation_refused", code)
    assert (await house.open_tasks(case))["draft_plan"]["reason"] == "activation_refused"
    assert (await house.get(case.plan())).json()["state"] == "ACTIVATION_REFUSED"
    assert await house.scalar("SELECT state FROM agreement") == "VOID"
    look = await house.look(case)
    assert (look.outcome, look.activate) == (None, False)


async def test_a_refusal_of_the_core_leads_back_to_a_draft(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/faults", kind="refuse", count=1, code="error.msg.loan.frozen")
    assert (await house.activate(case)).outcome == "refused"
    await back_to_a_draft(house, case, "error.msg.loan.frozen")
    drafted = await house.draft(case, "again")
    submitted = await house.submit(case, drafted.headers["etag"], "again-submit")
    assert (await house.decide(case, submitted)).status_code == 200
    assert (await house.accept(case, "again-accept")).status_code == 201
    assert (await house.activate(case)).outcome == "done"


async def test_another_schedule_than_the_agreed_one_is_never_put_into_force(house: House) -> None:
    case = await house.signed(relief_type="INT_STOP", instalments=12)
    # The next instalment fell due at the bank: the claim is higher than on the day of the draft.
    house.clock.move_to(datetime(2026, 3, 20, tzinfo=UTC))
    assert (await house.activate(case)).outcome == "refused"
    await back_to_a_draft(house, case, "core_schedule_differs")
    assert await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate") is None


async def test_giving_up_and_a_second_call_find_nothing_to_do(house: House) -> None:
    case = await house.signed()
    round_ = RoundInput(case_id=case.case_id, round=1)
    # Nobody asked the core yet, so there is no intent to close.
    assert (await house.cases.activities.give_activation_up(round_)).outcome == "refused"
    await back_to_a_draft(house, case, "given_up")
    assert (await house.cases.activities.give_activation_up(round_)).outcome == "gone"
    assert (await house.activate(case)).outcome == "gone"


async def decided(house: House, *, approve: bool) -> None:
    """The bank's second person decides on the one command that waits."""
    async with house.outside.world.store.reading() as tx:
        (waiting,) = await tx.fetch("SELECT restructuring_id FROM bank_restructuring")
    await house.outside.control(f"/bank/restructurings/{waiting['restructuring_id']}/decision", approve=approve)


async def test_a_command_that_the_core_may_still_approve_is_not_given_up(house: House) -> None:
    case = await house.signed()
    round_ = RoundInput(case_id=case.case_id, round=1)
    await house.outside.control("/bank/checker", needed=True)
    with pytest.raises(CoreUnavailable):
        await house.activate(case)
    with pytest.raises(Conflict):
        await house.cases.activities.give_activation_up(round_)
    assert (await house.look(case)).activate and "activation" in await house.obligations(case)
    await decided(house, approve=True)
    assert (await house.cases.activities.give_activation_up(round_)).outcome == "done"
    assert (await house.look(case)).outcome == "active"
    assert (await house.said(case)).count("plan.activated") == 1


async def test_a_core_that_never_decides_is_left_by_a_person(house: House) -> None:
    case = await house.signed()
    round_ = RoundInput(case_id=case.case_id, round=1)
    await house.outside.control("/bank/checker", needed=True)
    with pytest.raises(CoreUnavailable):
        await house.activate(case)
    await closed(house, case)
    house.later(days=3)
    with pytest.raises(Conflict):
        await house.activate(case)
    assert (await house.cases.activities.give_activation_up(round_)).outcome == "gone"
    assert (await activation(house, "state"), await activation(house, "code")) == ("refused", "given_up")
    assert (await house.look(case)).outcome == "stopped" and not await house.obligations(case)


async def died_after_the_intent(house: House, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies with its intent kept and the core not asked."""
    with monkeypatch.context() as patched:
        patched.setattr(activating, "ask_the_core", died)
        with pytest.raises(RuntimeError):
            await house.activate(case)


async def died(*_: object) -> None:
    raise RuntimeError("the worker is gone")


async def test_a_worker_that_died_before_the_end_of_the_case_leaves_the_core_to_be_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await house.signed()
    await died_after_the_intent(house, case, monkeypatch)
    await closed(house, case)
    owner, _ = (await house.obligations(case))["core_answer"]
    assert owner == "workflow" and (await house.look(case)).activate
    assert (await house.activate(case)).outcome == "gone"
    assert (await activation(house, "state"), await activation(house, "code")) == ("refused", "never_sent")
    assert (await house.look(case)).outcome == "stopped" and not await house.obligations(case)


async def closed(house: House, case: Case) -> None:
    ended = CaseClosed(case_id=case.case_id, reason="estate.closed", closed_at=house.clock.now())
    assert await house.hear("intake", ended) == "applied"


async def unwanted(house: House, case: Case) -> None:
    """The bank runs what was withdrawn here, and that is known."""
    assert (await house.get(case.plan())).json()["state"] == "WITHDRAWN"
    assert await house.scalar("SELECT state FROM agreement") == "VOID"
    assert await activation(house, "state") == "done" and await activation(house, "core_reference")
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'activation.unwanted'") == 1
    assert "plan.activated" not in await house.said(case)


class SlowCore(FineractBanking):
    """A core that takes so long that something happens meanwhile."""

    async def meanwhile(self) -> None: ...

    async def activate(self, terms: PlanTerms, idempotency_key: str) -> CoreAnswer:
        answer = await super().activate(terms, idempotency_key)
        await self.meanwhile()
        return answer


async def test_a_case_that_closes_while_the_core_is_asked_leaves_a_trace(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await house.signed()
    core = SlowCore(house.outside.client)
    monkeypatch.setattr(core, "meanwhile", lambda: closed(house, case))
    activities = UseCases(replace(house.context, core=core)).activities
    assert (await activities.activate_in_core(RoundInput(case_id=case.case_id, round=1))).outcome == "gone"
    await unwanted(house, case)


async def test_an_answer_that_comes_after_the_end_of_the_case_leaves_a_trace(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/checker", needed=True)
    with pytest.raises(CoreUnavailable):
        await house.activate(case)
    await closed(house, case)
    assert "core_answer" in await house.obligations(case) and (await house.look(case)).activate
    with pytest.raises(CoreUnavailable):
        await house.activate(case)
    assert await activation(house, "state") == "unknown"
    await decided(house, approve=True)
    for _ in range(2):
        assert (await house.activate(case)).outcome == "gone"
    await unwanted(house, case)
