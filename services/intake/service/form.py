"""The intake form: filled in by whoever talks to the borrower; where it contradicts the core, somebody asks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.encryption import normal_phone
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.domain.form import FormField, canonical, contradictions
from services.intake.errors import CaseIsClosed, CaseUnknown, QueryUnknown
from services.intake.models import Borrower, CollectionsCase, FormEntry, Note
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, form
from services.intake.schemas import (
    AnswerQuery,
    EntryShown,
    FieldShown,
    FillForm,
    FormAnswer,
    FormFilled,
    FormShown,
    QueryAnswered,
)
from services.intake.service.casework import STAFF
from services.intake.service.reading import PROFILE_READERS

QUERY: Final = "query_facts"


class IntakeForm:
    """Keeps what is said, each with its source and day."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def fill(self, caller: Caller, case_id: UUID, body: FillForm) -> Answer:
        """Keep answers; where one contradicts the core somebody is asked to ask the borrower. CaseUnknown,
        CaseIsClosed, InvalidInput (a value that cannot be one, a day to come)."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            case, borrower = await self._open(uow, case_id)
            now = uow.now()
            policy, region = self._policies.form(now), self._policies.cases(now).phone_region
            said = _read(body.answers, region, self._policies.cases(now).today(now))
            known = {field: one.value for field, one in _core(case, borrower).items()}
            wrong = contradictions(said, known, policy)
            earlier = await form.of_case(uow.session, case_id)
            last = {one.field: one for one in earlier}
            kept: dict[FormField, int] = {}
            for answer in body.answers:
                field = answer.field
                before = last.get(field)
                kept[field] = before.number + 1 if before is not None else 1
                uow.session.add(
                    FormEntry(
                        case_id=case_id,
                        field=field.value,
                        number=kept[field],
                        value=said[field],
                        source=answer.source,
                        as_of=answer.as_of,
                        contradicts=field in wrong,
                        at=now,
                        actor=caller.person,
                    )
                )
                if before is not None and before.contradicts:
                    await uow.close_task(QUERY, _ref(case_id, field, before.number), "said_anew")
                if field in wrong:
                    await uow.open_task(
                        NewTask(
                            case_id=case_id,
                            kind=QUERY,
                            ref=_ref(case_id, field, kept[field]),
                            needs_role="agent",
                            decide_path=f"/v1/cases/{case_id}/form/{field.value}/answer",
                            reason="facts_differ",
                            deadline=now + timedelta(days=policy.query_days),
                        )
                    )
            await uow.audit("form.filled", f"case/{case_id}", case_id=case_id, detail={"fields": sorted(kept)})
            return uow.answer(FormFilled(case_id=case_id, kept=kept, queries=sorted(wrong)), status=201)

    async def answer(self, caller: Caller, case_id: UUID, field: FormField, body: AnswerQuery) -> Answer:
        """Say what came of asking about a field. QueryUnknown when nobody was asked to; CaseUnknown."""
        caller.require_any(STAFF)
        async with self._database.write(caller) as uow:
            await self._open(uow, case_id)
            said = [one for one in await form.of_case(uow.session, case_id) if one.field == field]
            if not said or not await uow.close_task(QUERY, _ref(case_id, field, said[-1].number), body.finding):
                raise QueryUnknown
            note_id = business_uuid("note", QUERY, _ref(case_id, field, said[-1].number))
            uow.session.add(Note(note_id=note_id, case_id=case_id, text=body.words, at=uow.now(), actor=caller.person))
            detail = {"field": field.value, "finding": body.finding}
            await uow.audit("form.query_answered", f"case/{case_id}", case_id=case_id, detail=detail)
            return uow.answer(QueryAnswered(case_id=case_id, field=field, finding=body.finding))

    async def read(self, caller: Caller, case_id: UUID) -> FormShown:
        """The eleven fields with source and day of each; the reading is recorded. CaseUnknown."""
        caller.require_any(PROFILE_READERS)
        async with self._database.write(caller) as uow:
            case = await cases.get(uow.session, case_id, caller)
            borrower = await borrowers.of_case(uow.session, case_id, caller)
            if case is None or borrower is None:
                raise CaseUnknown
            entries = await form.of_case(uow.session, case_id)
            await uow.audit("form.read", f"case/{case_id}", case_id=case_id)
            core = _core(case, borrower)
            policy = self._policies.form(uow.now())
        said = {FormField(one.field): one for one in entries}
        values = {field: one.value for field, one in said.items()}
        wrong = contradictions(values, {field: one.value for field, one in core.items()}, policy)
        fields = [
            FieldShown(
                field=field,
                said=_shown(said[field]) if field in said else None,
                core=core.get(field),
                earlier=[_shown(one) for one in entries if one.field == field and one is not said[field]],
                contradicts=field in wrong,
            )
            for field in FormField
        ]
        return FormShown(case_id=case_id, fields=fields)

    async def _open(self, uow: UnitOfWork, case_id: UUID) -> tuple[CollectionsCase, Borrower]:
        case = await cases.lock(uow.session, case_id, uow.caller)
        if case is None:
            raise CaseUnknown
        if case.state == CaseState.CLOSED:
            raise CaseIsClosed
        borrower = await borrowers.get(uow.session, case.borrower_id)
        assert borrower is not None, "a foreign key holds it"
        return case, borrower


def _read(answers: list[FormAnswer], region: str, today: date) -> dict[FormField, str]:
    """The values as they are compared. InvalidInput names each field that cannot be one, is there twice, or is of a day
    to come."""
    found: dict[FormField, str] = {}
    wrong = []
    for place, one in enumerate(answers):
        if one.field in found:
            wrong.append((f"#/answers/{place}/field", "is there twice"))
        if one.as_of > today:
            wrong.append((f"#/answers/{place}/as_of", "is in the future"))
        try:
            value = canonical(one.field, one.value)
            found[one.field] = normal_phone(value, region) if one.field is FormField.PHONE else value
        except ValueError as error:
            wrong.append((f"#/answers/{place}/value", str(error)))
    if wrong:
        raise InvalidInput("the form cannot be kept like this", fields=wrong)
    return found


def _core(case: CollectionsCase, borrower: Borrower) -> Mapping[FormField, EntryShown]:
    """What the bank has for the form, with the day of it; what only the borrower told us before is not the bank's."""
    overdue = case.oldest_unpaid_due_date
    account = {"source": case.facts_source, "as_of": case.facts_as_of.isoformat()}
    facts = {
        FormField.PHONE: (borrower.phone, borrower.provenance.get("phone")),
        FormField.ADDRESS: (borrower.postal_address, borrower.provenance.get("postal_address")),
        FormField.AMOUNT: (str(case.arrears + case.balance), account),
        FormField.OVERDUE_STATUS: ("no" if overdue is None else "yes", account),
        FormField.OVERDUE_SINCE: (None if overdue is None else overdue.isoformat(), account),
    }
    return {
        field: EntryShown(
            number=None, value=value, source="core", as_of=date.fromisoformat(told["as_of"]), at=None, actor=None
        )
        for field, (value, told) in facts.items()
        if value is not None and told is not None and told["source"] != "borrower"
    }


def _shown(entry: FormEntry) -> EntryShown:
    return EntryShown(**entry.model_dump(include=set(EntryShown.model_fields)))


def _ref(case_id: UUID, field: str, number: int) -> str:
    return f"{case_id}/{field}/{number}"
