"""The steps of a round: each chosen by the strategy, kept with its reason, and taken."""

from datetime import datetime, timedelta
from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.clock import local_day
from services.common.kernel.dated import Version
from services.common.kernel.ids import business_uuid
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.strategy import CALL, Choice, Situation, choose
from services.contact.domain.treatment import TreatmentPolicy
from services.contact.domain.vocabulary import Channel
from services.contact.domain.window import next_day_everywhere
from services.contact.models import Cadence, ContactCase, ContactStep
from services.contact.policies import CadencePolicy, Policies
from services.contact.repository import strategy
from services.contact.repository.strategy import Looked
from services.contact.service.permits.asked import packs_of

PERMIT_VISIT = "permit_visit"
VISIT = "visit_borrower"
TASKS = (CALL, PERMIT_VISIT, VISIT)
"""What people are asked for in a round; a step that is over is not asked for any more."""
TASK_OF = {Channel.VOICE: CALL, Channel.VISIT: VISIT}
"""What people are asked for who reach somebody themselves; it is the purpose of their contact too."""


def round_ref(case_id: UUID, round_: int) -> str:
    """Names the obligation and the tasks of a round."""
    return f"{case_id}/{round_}"


def quiet_hold_id(case: ContactCase, round_: int, person_id: UUID) -> UUID:
    """The quiet period of a round; another debtor of the case has one of their own."""
    other = () if person_id == case.borrower_id else (str(person_id),)
    return business_uuid("hold", "quiet_period", str(case.case_id), str(round_), *other)


def wait_ends(wait_days: int, quiet: bool, taken: datetime, case: ContactCase) -> datetime:
    """Until when a step that was taken waits for an answer."""
    due = taken + timedelta(days=wait_days)
    return next_day_everywhere(due, case.time_zones) if quiet else due


async def leave_tasks(uow: UnitOfWork, case_id: UUID, round_: int, outcome: str) -> None:
    """Close what people are asked for in a round."""
    await uow.close_any(TASKS, round_ref(case_id, round_), outcome)


class Steps:
    """Chooses and takes steps. The case is locked by the caller."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def next(self, uow: UnitOfWork, case: ContactCase, cadence: Cadence, policy: CadencePolicy) -> Choice | None:
        """The next step of a round that this case takes; the ones before it, which it does without, are passed over.

        None when there is none left.
        """
        if cadence.step >= len(policy.steps):
            return None
        known = await strategy.look(uow.session, case.case_id, case.borrower_id, cadence.started_at)
        terms = self._terms(uow, case).value
        situation = _situation(case, cadence, known, terms, uow.now())
        while cadence.step < len(policy.steps):
            if (choice := choose(policy.steps[cadence.step], situation, terms)) is not None:
                return choice
            cadence.step += 1
        return None

    def _terms(self, uow: UnitOfWork, case: ContactCase) -> Version[TreatmentPolicy]:
        return self._policies.treatment.on(local_day(uow.now(), case.time_zones[0]))

    async def take(
        self, uow: UnitOfWork, case: ContactCase, cadence: Cadence, policy: CadencePolicy, choice: Choice
    ) -> None:
        """Take the next step as it was chosen: keep it, and send the message or ask people."""
        now = uow.now()
        cadence.step += 1
        cadence.next_due = wait_ends(choice.wait_days, choice.quiet, now, case)
        await leave_tasks(uow, case.case_id, cadence.round, "not_reached")
        terms = self._terms(uow, case)
        await strategy.add_step(uow.session, _kept(cadence, choice, terms.version, now))
        if choice.kind == "call":
            await ask(uow, cadence, CALL, choice.owner)
        elif choice.kind == "visit":
            await ask(uow, cadence, PERMIT_VISIT, terms.value.visit_permitted_by)
        elif choice.kind == "message":
            await uow.send_message(
                DeliveryRequest(
                    case_id=case.case_id,
                    purpose=choice.purpose,
                    object_ref=str(case.case_id),
                    version=cadence.round,
                    template=choice.purpose,
                    params={"quiet_days": str(choice.wait_days)} if choice.quiet else {},
                    message_class=choice.message_class.value,
                )
            )
        if choice.quiet:
            await keep_quiet(uow, case, policy, cadence.round, cadence.next_due)


async def ask(uow: UnitOfWork, cadence: Cadence, kind: str, role: str) -> None:
    """Ask people for a call, for the permission of a visit, or for the visit."""
    path = "visit-permission" if kind == PERMIT_VISIT else "conversations"
    await uow.open_task(
        NewTask(
            case_id=cadence.case_id,
            kind=kind,
            ref=round_ref(cadence.case_id, cadence.round),
            needs_role=role,
            decide_path=f"/v1/cases/{cadence.case_id}/{path}",
            reason="NO_REPLY",
            deadline=cadence.next_due,
        )
    )


async def keep_quiet(
    uow: UnitOfWork,
    case: ContactCase,
    policy: CadencePolicy,
    round_: int,
    until: datetime,
    person_id: UUID | None = None,
) -> None:
    """Nobody demands anything of a person (the borrower, if not said) until then, unless they write or speak before."""
    whose = person_id or case.borrower_id
    await strategy.put_quiet(
        uow.session,
        {
            "hold_id": quiet_hold_id(case, round_, whose),
            "borrower_id": whose,
            "case_id": case.case_id,
            "origin": "quiet_period",
            "blocks": list(policy.quiet_blocks),
            "starts_at": uow.now(),
            "ends_at": until,
            "lifted_at": None,
        },
    )


def _situation(case: ContactCase, cadence: Cadence, known: Looked, terms: TreatmentPolicy, now: datetime) -> Situation:
    tried = [(Channel(channel), outcome) for channel, outcome, _ in known.tried]
    return Situation(
        packs=packs_of(case),
        product=case.product,
        bucket=case.bucket,
        round=cadence.round,
        days=(now - cadence.started_at).days,
        language=known.language or case.language,
        addresses=frozenset(map(Channel, known.addresses)),
        care=frozenset(known.care),
        preferred=Channel(known.preferred) if known.preferred else None,
        stopped=frozenset(map(Channel, known.stopped)),
        avoided=terms.avoidance.in_row(tried),
        went_out=frozenset(TASK_OF.get(Channel(channel), purpose) for channel, _, purpose in known.tried),
        hardship=case.hardship_at is not None,
    )


def _kept(cadence: Cadence, choice: Choice, version: str, now: datetime) -> ContactStep:
    return ContactStep(
        case_id=cadence.case_id,
        round=cadence.round,
        step=cadence.step,
        kind=choice.kind,
        stage=choice.stage,
        purpose=choice.purpose,
        message_class=choice.message_class.value,
        channels=[channel.value for channel in choice.channels],
        language=choice.language,
        tone=choice.tone.value,
        owner_role=choice.owner,
        treatment=choice.treatment,
        policy_version=version,
        reason=choice.reason.en,
        reason_zh=choice.reason.zh,
        wait_days=choice.wait_days,
        quiet=choice.quiet,
        taken_at=now,
        staff=[],
    )
