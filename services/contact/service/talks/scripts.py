"""The script of a conversation under way: each step in its turn, and what may be seen and said at each."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import orjson

from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.disclosures import still_open
from services.contact.domain.script import STEPS, Mode, Step, locked, next_step
from services.contact.errors import CaseUnknown, ConversationIsOver, ConversationUnknown, StepLocked
from services.contact.models import Brief, ContactCase, ScriptStep, Talk
from services.contact.policies import Policies
from services.contact.repository import cases, talks
from services.contact.schemas.script import CauseTold, Promised, ReadBack, StepTaken
from services.contact.schemas.talks import (
    Debt,
    InWords,
    LockShown,
    NextStep,
    TalkShown,
)
from services.contact.service.messages.told import Telling, told_to
from services.contact.service.talks.distress import raise_alarm
from services.contact.service.talks.promising import Promising
from services.contact.service.talks.said import ALARM, Said, said_in
from services.contact.service.talks.wording import refuse_blocked, speaks_of_self_harm
from services.contact.talk_policies import ScriptPolicy, Words
from services.contact.texts import Voice

RECORDERS = frozenset({"agent", "senior_agent", "supervisor", "manager"})
# What a brief says of the debt; the arrears are the sum of the three after them.
FIGURES = ("arrears", "principal", "interest", "fees", "balance")


class Scripts:
    """Takes down steps, and shows where a conversation stands."""

    def __init__(
        self, database: Database, policies: Policies, voice: Voice, promising: Promising, telling: Telling
    ) -> None:
        self._database = database
        self._policies = policies
        self._voice = voice
        self._promising = promising
        self._telling = telling

    async def take(self, caller: Caller, conversation_id: UUID, body: StepTaken) -> Answer:
        """Record a step.

        StepLocked with the rule, WordingBlocked, BeyondAuthority, ConversationUnknown, ConversationIsOver, Forbidden.
        """
        caller.require_any(RECORDERS)
        async with self._database.write(caller) as uow:
            talk, case = await self.under_way(uow, conversation_id)
            script = self._policies.script.named(talk.script_version).value
            steps = await talks.steps_of(uow.session, conversation_id)
            if lock := locked(body.step, said_in(steps).state(script)):
                raise StepLocked(lock.en, rule=lock.rule, reason={"zh": lock.zh, "en": lock.en})
            number = len(steps) + 1
            alarm = await self._heard(uow, talk, case, body, number)
            await talks.put_step(uow.session, self._kept(uow, talk, body, number, alarm))
            if told := [*body.disclosed, *script.text(body.step).discloses]:
                await tell(uow, talk, told, script)
                await self._telling.in_conversation(uow, case)
            await uow.audit(
                "conversation.step_taken",
                f"conversation/{conversation_id}",
                case_id=case.case_id,
                detail={"step": body.step.value, "number": number},
            )
            return uow.answer(await self.shown(uow, talk), status=201)

    async def under_way(self, uow: UnitOfWork, conversation_id: UUID) -> tuple[Talk, ContactCase]:
        """A conversation that is not over, and its case, both locked. ConversationUnknown, ConversationIsOver."""
        found = await talks.find_talk(uow.session, conversation_id)
        case = await cases.lock_case(uow.session, found.case_id) if found else None
        talk = await talks.lock_talk(uow.session, conversation_id) if case else None
        if talk is None or case is None:
            raise ConversationUnknown("no conversation was begun under this id")
        if talk.ended_at is not None:
            raise ConversationIsOver("the outcome of this conversation is recorded")
        return talk, case

    async def _heard(self, uow: UnitOfWork, talk: Talk, case: ContactCase, body: StepTaken, number: int) -> bool:
        """Check the words, keep the promises, raise the alarm; whether there was one."""
        written: list[tuple[str, str | None]] = []
        own = [body.said]
        if isinstance(body, ReadBack):
            written.append(("#/summary", body.summary))
        if isinstance(body, CauseTold):
            own.append(body.own_words)
        if isinstance(body, Promised):
            written += [(f"#/commitments/{n}/text", one.text) for n, one in enumerate(body.commitments)]
        refuse_blocked(written, case.language)
        if isinstance(body, Promised):
            await self._promising.keep(
                uow, case, talk.borrower_id, talk.conversation_id, body.commitments, f"step/{number}"
            )
        if not speaks_of_self_harm(own, [text for _, text in written], case.language):
            return False
        await raise_alarm(
            uow,
            self._policies,
            case,
            borrower_id=talk.borrower_id,
            occasion=talk.conversation_id,
            agent=talk.started_by,
        )
        return True

    def _kept(self, uow: UnitOfWork, talk: Talk, body: StepTaken, number: int, alarm: bool) -> ScriptStep:
        said = body.model_dump(mode="json", exclude={"step", "disclosed", "commitments"}, exclude_none=True)
        return ScriptStep(
            conversation_id=talk.conversation_id,
            number=number,
            step=body.step.value,
            said=orjson.dumps(said | ({ALARM: True} if alarm else {})).decode(),
            at=uow.now(),
            recorded_by=uow.caller.person,
        )

    async def shown(self, uow: UnitOfWork, talk: Talk) -> TalkShown:
        """Where a conversation stands. CaseUnknown."""
        case = await cases.find_case(uow.session, talk.case_id)
        if case is None:
            raise CaseUnknown("contact has not heard of this case")
        script = self._policies.script.named(talk.script_version).value
        said = said_in(await talks.steps_of(uow.session, talk.conversation_id))
        brief = await talks.find_brief(uow.session, talk.brief_id) if talk.brief_id else None
        given = await told_to(uow.session, case, talk.borrower_id)
        return talk_shown(talk, said, script, self._values(brief, said), brief, still_open(script.disclosures, given))

    def _values(self, brief: Brief | None, said: Said) -> dict[str, str]:
        voice = {"institution": self._voice.institution, "alias": self._voice.alias, "call_back": self._voice.call_back}
        if brief is None or not said.verified:
            return voice | dict.fromkeys((*FIGURES, "as_of"), "…")
        figures = {name: "…" if figure is None else str(figure) for name, figure in _figures(brief).items()}
        return voice | figures | {"as_of": str(brief.as_of)}

    def version_on(self, now: datetime, case: ContactCase) -> str:
        """The version of the script that is in force for a case."""
        return self._policies.script.on(local_day(now, case.time_zones[0])).version


async def tell(uow: UnitOfWork, talk: Talk, items: list[str], script: ScriptPolicy) -> None:
    """Keep what the borrower was told. InvalidInput for an item that is not on the list."""
    unknown = sorted(set(items) - set(script.disclosures))
    if unknown:
        raise InvalidInput(
            "not on the list of disclosures",
            fields=[(f"#/disclosed/{items.index(item)}", "is not on the list of disclosures") for item in unknown],
        )
    rows = [
        {
            "case_id": talk.case_id,
            "borrower_id": talk.borrower_id,
            "item": item,
            "version": talk.script_version,
            "conversation_id": talk.conversation_id,
            "given_at": uow.now(),
            "given_by": uow.caller.person,
        }
        for item in sorted(set(items))
    ]
    await talks.put_disclosures(uow.session, rows)


def talk_shown(
    talk: Talk, said: Said, script: ScriptPolicy, values: dict[str, str], brief: Brief | None, missing: tuple[str, ...]
) -> TalkShown:
    """A conversation under way as it is shown: without amounts until it is verified who is listening."""
    state = said.state(script)
    coming = None if talk.ended_at else next_step(state)
    shut = [(step, lock) for step in STEPS if step not in state.done and (lock := locked(step, state))]
    instead = script.instead.get(state.mode)
    return TalkShown(
        **talk.model_dump(include={"conversation_id", "case_id", "channel", "brief_id", "started_at", "started_by"}),
        ended=talk.ended_at is not None,
        mode=state.mode,
        done=list(state.done),
        next=_next(script, coming, values) if coming else None,
        instead=_words(instead.with_values(values)) if instead else None,
        locked=[LockShown(step=step, rule=lock.rule, reason=InWords(zh=lock.zh, en=lock.en)) for step, lock in shut],
        open_disclosures=list(missing),
        debt=_debt(brief, said, state.mode),
    )


def _next(script: ScriptPolicy, step: Step, values: dict[str, str]) -> NextStep:
    text = script.text(step)
    return NextStep(step=step, goal=_words(text.goal), words=_words(text.words.with_values(values)))


def _words(words: Words) -> InWords:
    return InWords(zh=words.zh, en=words.en)


def _debt(brief: Brief | None, said: Said, mode: Mode) -> Debt | None:
    if brief is None or not said.verified or mode != "normal":
        return None
    known = brief.model_dump(include={"product", "days_past_due", "as_of"})
    return Debt.model_validate(known | _figures(brief))


def _figures(brief: Brief) -> dict[str, Money | None]:
    found: dict[str, Decimal | None] = {name: getattr(brief, name) for name in FIGURES}
    return {name: None if one is None else Money.of(one, brief.currency) for name, one in found.items()}
