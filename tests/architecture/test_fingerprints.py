"""A changed command sequence of a workflow is a decision: running cases are replayed by the code of today."""

import json
from pathlib import Path

from services.common.contracts.workflows import QUEUE
from tools.fingerprints import PATH, ROOT, fingerprints, workflow_code

ADVICE = """
{name} asks for other commands than the committed fingerprint says:
  committed: {old}
  now:       {new}
Workflows that are running are replayed by this code. If any may be running, put the change behind
`if workflow.patched("<what changes>"):` and keep the old branch until they have ended; add a recorded history of the
old code to the replay test. Then write the new fingerprint: `python -m tools.generate`."""


def differences(old: dict[str, list[str]], new: dict[str, list[str]]) -> list[str]:
    """One piece of advice for each workflow whose commands changed; those that are new need none."""
    return [
        ADVICE.format(name=name, old=commands, new=new.get(name, "there is no such workflow"))
        for name, commands in old.items()
        if new.get(name) != commands
    ]


def test_commands_of_workflows_are_the_committed_ones() -> None:
    committed = json.loads((ROOT / PATH).read_text("utf-8"))
    now = fingerprints(ROOT / "services")
    changed = differences(committed, now)
    assert not changed, "\n".join(changed)
    assert committed == now, f"new workflows; run `python -m tools.generate`: {sorted(set(now) - set(committed))}"


def test_every_workflow_of_the_contract_is_there() -> None:
    code = workflow_code(ROOT / "services")
    assert {name: service for service, own in code.items() for name in own.workflows} == QUEUE


STEPS = """
from services.common.durable.steps import OwnWrite
open_round = OwnWrite[Asked, State]("open_round", State)
send = OutsideCall[Asked, Sent]("send", Sent)
"""
WORKFLOW = """
from temporalio import workflow
from services.x.workflows import steps
from services.x.workflows.steps import send

@workflow.defn(name="Round")
class Round(Patient):
    @workflow.run
    async def run(self, asked):
        state = await steps.open_round(asked)
        while not state.done:
            await self.until_nudged(state.wake_in)
            state = await steps.open_round(asked)
        await self._letter(asked)
        return await self._next(NEXT, name(asked))

    async def _letter(self, asked):
        if workflow.patched("letter"):
            await self.attempt(asked.case_id, "send", send, asked)

    async def _next(self, name, asked):
        return await workflow.execute_child_workflow(name, asked, id="x")

def name(asked):
    return str(asked)
"""
COMMANDS = {
    "x.round.Round.run": ["step open_round", "wait", "step open_round", "-> _letter", "-> _next NEXT"],
    "x.round.Round._letter": ["patched 'letter'", "call send"],
    "x.round.Round._next": ["child name"],
}


def planted(folder: Path, workflow: str) -> dict[str, list[str]]:
    """The fingerprints of a planted service."""
    package = folder / "x" / "workflows"
    package.mkdir(parents=True, exist_ok=True)
    (package / "steps.py").write_text(STEPS)
    (package / "round.py").write_text(workflow)
    return fingerprints(folder)


def test_commands_are_listed_in_source_order(tmp_path: Path) -> None:
    assert planted(tmp_path, WORKFLOW) == COMMANDS


def test_changed_workflow_is_found_and_the_way_out_is_named(tmp_path: Path) -> None:
    old = planted(tmp_path, WORKFLOW)
    new = planted(tmp_path, WORKFLOW.replace("await self.until_nudged(state.wake_in)", "await send(asked)"))
    [advice] = differences(old, new)
    assert "x.round.Round.run" in advice and "workflow.patched(" in advice
    assert differences(old, planted(tmp_path, WORKFLOW.replace("name(asked)", "name( asked )"))) == []
    assert differences(old, {}) != []


def test_shared_helper_counts_where_it_is_called_and_by_itself(tmp_path: Path) -> None:
    durable = tmp_path / "common" / "durable"
    durable.mkdir(parents=True)
    (durable / "asking.py").write_text("async def ask(workflow, step):\n    await workflow.until_nudged()\n")
    found = planted(tmp_path, WORKFLOW.replace("self.until_nudged(state.wake_in)", "ask(self, send)"))
    assert found["common.asking.ask"] == ["wait"]
    assert found["x.round.Round.run"][1:3] == ["-> ask", "call send"]
