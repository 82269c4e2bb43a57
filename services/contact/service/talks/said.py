"""What the steps of a conversation said, put together: of a step recorded again the later one counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from services.contact.domain.script import Step, TalkState
from services.contact.models import ScriptStep
from services.contact.schemas.telling import Asked
from services.contact.talk_policies import ScriptPolicy

ALARM = "alarm"
"""Marks a step in which the borrower spoke of self-harm."""


@dataclass(frozen=True, slots=True)
class Said:
    """All of it. None is what was not said."""

    done: tuple[Step, ...] = ()
    verified: bool | None = None
    convenient: bool | None = None
    call_back_at: datetime | None = None
    cause: str | None = None
    own_words: str | None = None
    summary: str | None = None
    confirmed: bool | None = None
    request: Asked | None = None
    feeling: str | None = None
    was_angry: bool = False
    alarm: bool = False
    taken: int = 0

    def state(self, script: ScriptPolicy) -> TalkState:
        """As the rules of the script look at it."""
        return TalkState(
            done=self.done,
            optional=script.optional,
            verified=self.verified,
            convenient=self.convenient,
            cause=self.cause,
            feeling=self.feeling,
            distress=self.alarm,
            taken=self.taken,
            most=script.most_steps,
        )


def said_in(steps: Iterable[ScriptStep]) -> Said:
    """What was said in these steps, in their order."""
    said = Said()
    for taken in steps:
        said = _after(said, Step(taken.step), orjson.loads(taken.said))
    return said


def _after(said: Said, step: Step, told: dict[str, Any]) -> Said:
    feeling = told.get("emotional_state") or said.feeling
    said = replace(
        said,
        done=said.done if step in said.done else (*said.done, step),
        feeling=feeling,
        was_angry=said.was_angry or feeling == "angry",
        alarm=said.alarm or bool(told.get(ALARM)),
        taken=said.taken + 1,
    )
    match step:
        case Step.RIGHT_PARTY:
            return replace(said, verified=told["result"] == "verified")
        case Step.CONVENIENCE:
            at = told.get("call_back_at")
            call_back_at = datetime.fromisoformat(str(at)) if at else None
            return replace(said, convenient=told["convenient"], call_back_at=call_back_at)
        case Step.CAUSE:
            return replace(said, cause=told["cause"], own_words=told.get("own_words"))
        case Step.READ_BACK:
            return replace(said, summary=told["summary"], confirmed=told["confirmed"])
        case Step.REQUEST:
            return replace(said, request=Asked.model_validate(told["request"]))
        case _:
            return said
