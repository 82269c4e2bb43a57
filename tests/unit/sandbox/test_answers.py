"""What the staff say when follow-up asks: answers that the service takes, at the door that the task names."""

from typing import Any

import pytest
from pydantic import BaseModel

from sandbox.staff.answers import ANSWERS
from sandbox.staff.work import WORK, work
from services.followup.schemas import DecidePromise, LookedAfter
from services.followup.schemas.clocks import ClockDecision
from services.followup.schemas.renegotiations import DecideRenegotiation
from services.plans.schemas.evidence import AssessRevocation

ASKED: list[tuple[str, str, str, type[BaseModel]]] = [
    ("plan_at_risk", "followup", "/v1/agreements/a/risk", LookedAfter),
    ("accept_promise", "followup", "/v1/promises/p/decision", DecidePromise),
    ("broken_promises", "followup", "/v1/promises/p/decision", DecidePromise),
    ("renegotiate", "followup", "/v1/renegotiations/r/decision", DecideRenegotiation),
    ("accept_renegotiation", "followup", "/v1/renegotiations/r/decision", DecideRenegotiation),
    ("end_regulatory_clock", "followup", "/v1/agreements/a/clocks/forborne/decision", ClockDecision),
    ("assess_viability", "followup", "/v1/agreements/a/clocks/forborne/decision", ClockDecision),
    ("assess_revocation", "plans", "/v1/evidence/e/revocation/assessment", AssessRevocation),
]


class Api:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    async def post(self, *said: Any) -> None:
        self.sent.append(said)


class Seat:
    """A desk of which only the calls matter."""

    def __init__(self) -> None:
        self.api = Api()

    def key(self, step: str) -> str:
        return f"act/{step}"


@pytest.mark.parametrize(("kind", "service", "path", "takes"), ASKED)
async def test_a_task_of_follow_up_is_answered(kind: str, service: str, path: str, takes: type[BaseModel]) -> None:
    seat: Any = Seat()
    await work(seat, {"kind": kind, "service": service, "decide_path": path})
    [(to, where, body, _)] = seat.api.sent
    assert (to, where) == (service, path.removeprefix("/v1"))
    takes.model_validate(body)


def test_every_answer_is_taken_up() -> None:
    assert {kind for kind, *_ in ASKED} <= set(ANSWERS) <= set(WORK)


async def test_a_task_nobody_was_taught_is_left_to_a_person() -> None:
    seat: Any = Seat()
    await work(seat, {"kind": "undo_plan", "service": "plans", "decide_path": "/v1/plans/p/end"})
    assert seat.api.sent == []
