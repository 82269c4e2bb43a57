"""Judging a plan again from what was stored of it, with the policies of those days, and naming what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.common.kernel.dated import PolicyMissing
from services.common.runtime.database import Database
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.flags.codes import FlagCode
from services.plans.domain.means import assess
from services.plans.errors import UnknownCase, UnknownPlan
from services.plans.models import Approval, Plan, PlanCase, RegulatoryFlag, StatementOfMeansRow
from services.plans.policies import Policies
from services.plans.repository import cases, flags, plans, rounds
from services.plans.repository.access import EVERYTHING
from services.plans.schemas.base import Line
from services.plans.schemas.decisions import ConcessionRecord, DecisionInputs
from services.plans.schemas.means import MeansStated
from services.plans.service.approval.flagging import mark_facts, marks_of
from services.plans.service.approval.judging import ask_of, judge
from services.plans.service.approval.signatures import asked_of
from services.plans.service.means.facts import concession_of
from services.plans.service.means.stated import stated_means
from services.plans.service.stored import lines_of, proposal_hash, terms_of
from services.plans.service.terms.recomputing import recomputed_terms
from services.plans.vocabulary import Decision

JUDGED = (Decision.SIGN, Decision.APPROVE, Decision.RETURN, Decision.REJECT)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was computed again: what is stored, and what comes out now. None: it was not stored."""

    name: str
    stored: Any
    recomputed: Any

    @property
    def same(self) -> bool:
        return bool(self.stored == self.recomputed)


@dataclass(frozen=True, slots=True)
class Replay:
    """A version, what was computed again in order, and what could not be, with the reason."""

    plan_id: UUID
    version: int
    state: str
    steps: tuple[Step, ...]
    left_out: tuple[str, ...]

    @property
    def difference(self) -> Step | None:
        """The first thing that comes out differently."""
        return next((step for step in self.steps if not step.same), None)


@dataclass(frozen=True, slots=True)
class Record:
    """All that is stored of a version."""

    case: PlanCase
    plan: Plan
    statement: StatementOfMeansRow
    lines: list[Line]
    decisions: Sequence[Approval]
    flags: Sequence[RegulatoryFlag]
    forborne_before: Sequence[RegulatoryFlag]


class ReplayPlans:
    """Reads versions of plans and judges them again; changes nothing."""

    def __init__(self, database: Database, policies: Policies, zone: ZoneInfo) -> None:
        self._database = database
        self._policies_of = policies
        self._zone = zone

    async def plan(self, plan_id: UUID, version: int | None = None) -> Replay:
        """One version, the newest unless one is named. UnknownPlan."""
        found = [one for one in await self._records(plan_id) if version in (None, one.plan.version)]
        if not found:
            raise UnknownPlan("there is no such version of a plan")
        return self._replay(found[-1])

    async def case(self, case_id: UUID) -> list[Replay]:
        """Every version of every round of a case. UnknownCase."""
        async with self._database.read() as session:
            if await cases.account_of(session, case_id, EVERYTHING) is None:
                raise UnknownCase("plans does not know this case")
            ids = dict.fromkeys(one.plan_id for one in await plans.of_case(session, case_id, EVERYTHING))
        return [self._replay(record) for plan_id in ids for record in await self._records(plan_id)]

    async def _records(self, plan_id: UUID) -> list[Record]:
        async with self._database.read() as session:
            found = await plans.versions(session, plan_id)
            if not found:
                return []
            case = await rounds.case_of(session, found[0].case_id)
            facts = await cases.round_facts(session, found[0].case_id, found[0].round)
            if case is None or facts is None:
                return []
            decisions = await plans.judged(session, plan_id)
            records = []
            for plan in found:
                set_ = await flags.of_version(session, plan_id, plan.version)
                at = set_[0].decided_at if set_ else plan.drafted_at
                records.append(
                    Record(
                        case,
                        plan,
                        facts[0],
                        lines_of(await plans.schedule(session, plan_id, plan.version), plan.currency),
                        [one for one in decisions if one.version == plan.version],
                        set_,
                        await flags.in_force_before(session, plan.account_ref, FlagCode.EU_FORBORNE, at),
                    )
                )
            return records

    def _day(self, at: datetime) -> date:
        return local_day(at, self._zone)

    def _replay(self, record: Record) -> Replay:
        steps: list[Step] = []
        left_out: list[str] = []
        for name, compute in (
            ("policies", self._policies),
            ("affordability", self._affordability),
            ("terms", self._terms),
            ("proposal", self._proposal),
            ("authority", self._authority),
            ("decisions", self._decisions),
            ("marks", self._marks),
        ):
            try:
                found = list(compute(record))
            except PolicyMissing as missing:
                left_out.append(f"{name}: {missing.detail}")
                continue
            steps += found
            if not found:
                left_out.append(f"{name}: nothing is stored of it")
        plan = record.plan
        return Replay(plan.plan_id, plan.version, str(plan.state), tuple(steps), tuple(left_out))

    def _policies(self, record: Record) -> Iterator[Step]:
        stored = terms_of(record.plan).policy_versions
        now = self._policies_of.versions(self._day(record.plan.drafted_at), record.case.pack)
        for name, version in stored.items():
            yield Step(f"version of {name}", version, now.get(name))

    def _affordability(self, record: Record) -> Iterator[Step]:
        row, policies = record.statement, self._policies_of
        terms = policies.affordability_terms(self._day(row.taken_at), record.case.pack, row.currency)
        yield Step("policy of affordability", row.policy_version, terms.version)
        found = assess(stated_means(row.currency, MeansStated.model_validate_json(row.items)), terms.value).lean
        for name in ("surplus", "usable", "own_share"):
            yield Step(name, f"{getattr(row, name):.2f}", f"{getattr(found, name).amount:.2f}")

    def _terms(self, record: Record) -> Iterator[Step]:
        stored = terms_of(record.plan)
        found = recomputed_terms(record.plan, record.statement, self._policies_of, record.case.pack)
        if found is None:
            return
        yield Step("instalments", stored.instalments, found.instalments)
        yield Step("payment", str(stored.payment), str(found.payment))
        yield Step("total", str(stored.comparison.after_total), str(found.comparison.after_total))
        yield Step("extension_months", stored.extension_months, found.extension_months)
        yield Step(
            "loss of present value", str(stored.comparison.diminished_percent), str(found.comparison.diminished_percent)
        )
        shown = [(line.number, str(line.due_date), str(line.amount)) for line in record.lines]
        yield Step("schedule", shown, [(line.number, str(line.due_date), str(line.amount)) for line in found.schedule])

    def _proposal(self, record: Record) -> Iterator[Step]:
        plan = record.plan
        if plan.proposal_hash is not None and plan.asked is not None:
            yield Step("proposal_hash", plan.proposal_hash, proposal_hash(plan, record.lines, asked_of(plan).evidence))

    def _authority(self, record: Record) -> Iterator[Step]:
        if record.plan.asked is None:
            return
        ask, policies = asked_of(record.plan), self._policies_of
        given_up = concession_of(ReliefType(record.plan.relief_type), terms_of(record.plan))
        concession = ConcessionRecord.model_validate(given_up, from_attributes=True)
        yield Step("concession", _plain(ask.concession), _plain(concession))
        matrix = policies.authority.named(ask.policy)
        found = ask_of(concession, ask.circumstances, matrix.value, matrix.version, ask.evidence)
        yield Step("level", ask.level, found.level)
        yield Step("reasons of the level", [_plain(one) for one in ask.reasons], [_plain(one) for one in found.reasons])
        yield Step("signatures", [_plain(one) for one in ask.signatures], [_plain(one) for one in found.signatures])

    def _decisions(self, record: Record) -> Iterator[Step]:
        for row in record.decisions:
            if row.decision not in JUDGED or "ask" not in row.inputs:
                continue
            inputs = DecisionInputs.model_validate(row.inputs)
            who = f"{row.decision} by {row.decided_by}"
            judgement = judge(inputs, self._policies_of.authority.named(inputs.ask.policy).value)
            for stored, found in zip(row.verdicts, judgement.verdicts, strict=False):
                yield Step(f"{who}: {stored['rule']}", stored, asdict(found))
            yield Step(f"{who}: rules asked", len(row.verdicts), len(judgement.verdicts))
            yield Step(f"{who}: authority", row.authority.get("level"), judgement.signing.held)
            if row.decision in (Decision.SIGN, Decision.APPROVE):
                result = Decision.SIGN if judgement.still_missing else Decision.APPROVE
                yield Step(f"{who}: result", str(row.decision), str(result))

    def _marks(self, record: Record) -> Iterator[Step]:
        if not record.flags:
            return
        day: date = self._day(record.flags[0].decided_at)
        facts = mark_facts(record.case, record.plan, day, record.forborne_before)
        found = {mark.code: mark for mark in marks_of(self._policies_of, facts, record.case.pack)}
        for row in record.flags:
            mark = found.get(row.code)
            yield Step(f"mark {row.code}", _mark(dict(row)), None if mark is None else _mark(asdict(mark)))


def _plain(record: Any) -> Any:
    return record.model_dump(mode="json")


def _mark(values: Mapping[str, Any]) -> dict[str, Any]:
    names = ("decided", "reason", "value", "starts_on", "earliest_end")
    return {name: values[name] if name == "decided" else _said(values[name]) for name in names} | {
        "rules": list(values["rules"])
    }


def _said(value: Any) -> str | None:
    return None if value is None else str(value)
