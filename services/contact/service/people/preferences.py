"""Preferences of a person, over all their cases: kept as they are told, each change with what was there before."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.guard.facts import Inconvenient
from services.contact.domain.window import LocalHours
from services.contact.models import ContactCase, Person
from services.contact.repository import cases, people
from services.contact.schemas.preferences import AtWork, Hours, Preferences, PreferencesShown, PutPreferences
from services.contact.service.people.whom import READERS, WRITERS, not_ahead, open_case_of, person_of, stand_still

_TIMES: TypeAdapter[list[Inconvenient]] = TypeAdapter(list[Inconvenient])
MIDNIGHT = "24:00"


class PreferenceRegister:
    """Reads and keeps preferences. The guard reads the same rows when it decides, so they hold at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, caller: Caller, case_id: UUID, party_id: UUID | None) -> Answer:
        """What a person asks of us now. CaseUnknown, PartyUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            _, person_id = await person_of(session, case_id, party_id)
            shown = shown_of(person_id, await people.find_person(session, person_id))
        return Answer(shown, etag=shown.version)

    async def put(self, caller: Caller, case_id: UUID, party_id: UUID | None, body: PutPreferences) -> Answer:
        """Keep what a person asks of us from now on.

        When this is answered no decision that knew less is still to come, and a message that waits is asked about
        again when it leaves. InvalidInput, CaseUnknown, CaseIsClosed, PartyUnknown, PreconditionRequired, StaleVersion,
        Forbidden.
        """
        caller.require_any(WRITERS)
        async with self._database.write(caller) as uow:
            case, person_id = await open_case_of(uow.session, case_id, party_id)
            not_ahead(body.at_work.asked_on, local_day(uow.now(), case.time_zones[0]), "#/at_work/asked_on")
            # Cases before persons, as everybody locks them.
            open_cases = await cases.lock_open_cases(uow.session, [person_id])
            person = await people.lock_person(uow.session, person_id)
            caller.require_version(person.version)
            await stand_still(uow, person_id)
            before = _kept_fields(person)
            for name, value in _row(body).items():
                setattr(person, name, value)
            changed = {name: old for name, old in before.items() if old != _kept_fields(person)[name]}
            if changed:
                person.version += 1
                await _note(uow, case, person, before, changed, body.source)
                _speak(body.language, open_cases)
            return uow.answer(shown_of(person_id, person), etag=person.version)


async def stop_channel_here(uow: UnitOfWork, case: ContactCase, person: Person, channel: str) -> None:
    """Stop a channel for a locked person in somebody else's transaction, who said so in a conversation; again is the
    same. It is not the preferred one any more."""
    if channel in person.stopped_channels:
        return
    before = _kept_fields(person)
    person.stopped_channels = sorted({*person.stopped_channels, channel})
    if person.preferred_channel == channel:
        person.preferred_channel = None
    person.version += 1
    changed = {name: old for name, old in before.items() if old != _kept_fields(person)[name]}
    await _note(uow, case, person, before, changed, "conversation")


async def _note(
    uow: UnitOfWork,
    case: ContactCase,
    person: Person,
    before: Mapping[str, Any],
    changed: Mapping[str, Any],
    source: str,
) -> None:
    person_id, at = person.borrower_id, uow.now()
    await people.put_facts(
        uow.session,
        [
            {
                "borrower_id": person_id,
                "case_id": case.case_id,
                "field": name,
                "kind": "changed",
                "old": orjson.dumps(old).decode(),
                "source": source,
                "at": at,
                "recorded_by": uow.caller.person,
            }
            for name, old in changed.items()
        ],
    )
    await uow.audit(
        "preferences.changed",
        f"person/{person_id}",
        case_id=case.case_id,
        before=before,
        after=_kept_fields(person),
        detail={"fields": sorted(changed), "source": source, "version": person.version},
    )


def _speak(language: str | None, open_cases: Iterable[ContactCase]) -> None:
    """Templates are written in the language of the case: it follows the person's."""
    for case in open_cases:
        case.language = language or case.language


def hours_of(hours: Hours) -> LocalHours:
    """Hours as the guard knows them. The end of the day is its last instant, for no clock shows 24:00."""
    end = time.max if hours.end == MIDNIGHT else time.fromisoformat(hours.end)
    return LocalHours(time.fromisoformat(hours.start), end)


def told(hours: LocalHours) -> Hours:
    """Hours as they are told."""
    end = MIDNIGHT if hours.end == time.max else f"{hours.end:%H:%M}"
    return Hours(start=f"{hours.start:%H:%M}", end=end)


def _row(body: Preferences) -> dict[str, Any]:
    """Preferences as they are kept: lists without repeats and in order, so that the same wish is the same row."""
    times = {Inconvenient(hours_of(one.hours), tuple(sorted(set(one.weekdays)))) for one in body.inconvenient}
    in_order = sorted(times, key=lambda one: (one.weekdays, one.hours.start, one.hours.end))
    days = {one.model_dump_json(): one.model_dump(mode="json") for one in body.occasions}
    return {
        "language": body.language,
        "interpreter": body.interpreter,
        "preferred_channel": body.preferred_channel and body.preferred_channel.value,
        "stopped_channels": sorted({channel.value for channel in body.stopped_channels}),
        "inconvenient": _TIMES.dump_python(in_order, mode="json"),
        "occasions": [days[key] for key in sorted(days)],
        "work_request_on": body.at_work.asked_on,
        "work_forbidden": body.at_work.forbidden,
    }


FIELDS = tuple(_row(Preferences()))
"""The names of the preferences, by which they are confirmed and their changes kept."""


def _kept_fields(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in FIELDS}


def shown_of(person_id: UUID, person: Person | None) -> PreferencesShown:
    """Preferences as they are told; those of somebody who asked for nothing when there is no row."""
    if person is None:
        return PreferencesShown(person_id=person_id, version=1)
    times = _TIMES.validate_python(person.inconvenient)
    return PreferencesShown.model_validate(
        {
            "person_id": person_id,
            "version": person.version,
            "language": person.language,
            "interpreter": person.interpreter,
            "preferred_channel": person.preferred_channel,
            "stopped_channels": person.stopped_channels,
            "inconvenient": [{"hours": told(one.hours), "weekdays": list(one.weekdays)} for one in times],
            "occasions": person.occasions,
            "at_work": AtWork(asked_on=person.work_request_on, forbidden=person.work_forbidden),
        }
    )
