"""Stopping outbound contact, by anybody in charge and at once, and lifting a stop, by two people."""

from uuid import UUID

from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import ROLES, Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.http.pagination import Page, PageQuery
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.stops import StopScope, is_second_person
from services.contact.domain.vocabulary import Channel
from services.contact.errors import NothingToStop, SecondPersonNeeded, StopInForce, StopIsLifted, StopUnknown
from services.contact.models import StopOrder
from services.contact.packs import pack_names
from services.contact.repository import stops
from services.contact.schemas import PlaceStop, StopPlaced, StopShown
from services.contact.service.messages.outcome import OBLIGATION
from services.contact.texts import templates

IN_CHARGE = frozenset({"supervisor", "manager"})
READERS = frozenset(ROLES)
# A decision takes milliseconds. One that hangs for longer does not keep a stop from being placed.
FENCE_MS = 2_000


class Stops:
    """Places and lifts stops. Every decision on a contact reads them with the holds, in the same statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def place(self, caller: Caller, body: PlaceStop) -> Answer:
        """Stop it. When this is answered, no decision that began before is still to come.

        Placed again while somebody asks to lift it, the stop stays and the asking is withdrawn. NothingToStop,
        StopInForce, Forbidden.
        """
        caller.require_any(IN_CHARGE)
        if body.scope is not StopScope.PORTFOLIO:
            _known(body)
        async with self._database.write(caller) as uow:
            if body.scope is StopScope.PORTFOLIO and not await stops.is_portfolio(uow.session, body.value):
                raise NothingToStop("name a portfolio of some case", fields=[("#/value", "is not known")])
            await stops.fence(uow.session, FENCE_MS)
            stop = await stops.lock_open(uow.session, body.scope.value, body.value)
            if stop is None:
                return await self._placed(uow, body)
            if stop.lift_requested_by is None:
                raise StopInForce("this is stopped already, and nobody asks to lift it", stop_id=str(stop.stop_id))
            return await self._kept(uow, stop)

    async def lift(self, caller: Caller, stop_id: UUID) -> Answer:
        """Ask to lift a stop, or confirm what another person asked for, which lifts it and wakes all who wait for that.

        StopUnknown, StopIsLifted, SecondPersonNeeded, PreconditionRequired, StaleVersion, Forbidden.
        """
        caller.require_any(IN_CHARGE)
        async with self._database.write(caller) as uow:
            # Behind the fence nobody is just about to wait for what is lifted here, and would miss the nudge.
            await stops.fence(uow.session, FENCE_MS)
            stop = await stops.lock_stop(uow.session, stop_id)
            if stop is None:
                raise StopUnknown("there is no stop of this id")
            caller.require_version(stop.version)
            if stop.lifted_at is not None:
                raise StopIsLifted("this stop was lifted before")
            return await self._lifted(uow, stop)

    async def stop(self, caller: Caller, stop_id: UUID) -> StopShown:
        """One stop. StopUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            stop = await stops.find_stop(session, stop_id)
        if stop is None:
            raise StopUnknown("there is no stop of this id")
        return _shown(stop)

    async def page(self, caller: Caller, asked: PageQuery, in_force: bool) -> Page[StopShown]:
        """Stops, the newest first; only those in force, or all. Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            found = await stops.stops_after(session, in_force, asked.after, asked.limit + 1)  # type: ignore[arg-type]
        return asked.page(found, lambda stop: (stop.placed_at, stop.stop_id), _shown)

    async def in_force(self, caller: Caller) -> list[StopShown]:
        """Every stop in force. Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            return [_shown(stop) for stop in await stops.stops_after(session, True, None, limit=1_000)]

    async def _placed(self, uow: UnitOfWork, body: PlaceStop) -> Answer:
        scope, value, now = body.scope.value, body.value, uow.now()
        number = await stops.count_of(uow.session, scope, value) + 1
        stop = StopOrder(
            stop_id=business_uuid("stop", f"{scope}:{value}", str(number)),
            scope=scope,
            value=value,
            reason=body.reason,
            placed_by=uow.caller.person,
            placed_at=now,
        )
        if not await stops.add_stop(uow.session, stop):
            raise StopInForce("somebody stopped this at the same moment", stop_id=str(stop.stop_id))
        await self._audit(uow, "stop.placed", stop, None)
        shown = StopPlaced(**_shown(stop).model_dump(), reserved=await stops.count_reserved(uow.session, stop, now))
        return uow.answer(shown, status=201, etag=stop.version, location=f"/v1/stops/{stop.stop_id}")

    async def _kept(self, uow: UnitOfWork, stop: StopOrder) -> Answer:
        before = stop.model_dump()
        stop.lift_requested_by = stop.lift_requested_at = None
        stop.version += 1
        await self._audit(uow, "stop.kept", stop, before)
        reserved = await stops.count_reserved(uow.session, stop, uow.now())
        return uow.answer(StopPlaced(**_shown(stop).model_dump(), reserved=reserved), etag=stop.version)

    async def _lifted(self, uow: UnitOfWork, stop: StopOrder) -> Answer:
        before, person = stop.model_dump(), uow.caller.person
        if stop.lift_requested_by is None:
            stop.lift_requested_by, stop.lift_requested_at = person, uow.now()
        elif is_second_person(stop.lift_requested_by, person):
            stop.lifted_by, stop.lifted_at = person, uow.now()
        else:
            raise SecondPersonNeeded("whoever asked for the lift does not confirm it, whichever way they come")
        stop.version += 1
        await self._audit(uow, "stop.lift_requested" if stop.lifted_at is None else "stop.lifted", stop, before)
        if stop.lifted_at is not None and await stops.nudge_waiting(uow.session, uow.service, OBLIGATION):
            uow.wrote_for.add("temporal")
        return uow.answer(_shown(stop), etag=stop.version)

    async def _audit(self, uow: UnitOfWork, action: str, stop: StopOrder, before: dict[str, object] | None) -> None:
        await uow.audit(
            action,
            f"stop/{stop.stop_id}",
            before=before,
            after=stop.model_dump(),
            detail={"scope": stop.scope, "value": stop.value},
        )


def _known(body: PlaceStop) -> None:
    names = {
        StopScope.ALL: {""},
        StopScope.PACK: pack_names(),
        StopScope.CHANNEL: {channel.value for channel in Channel},
        StopScope.TEMPLATE: set(templates()),
    }[body.scope]
    if body.value not in names:
        said = f"one of {', '.join(sorted(names))}" if body.scope is not StopScope.ALL else "nothing beside `all`"
        raise NothingToStop(f"name {said}", fields=[("#/value", "is not known")])


def _shown(stop: StopOrder) -> StopShown:
    state = "lifted" if stop.lifted_at else "lift_requested" if stop.lift_requested_at else "in_force"
    return StopShown.model_validate({**stop.model_dump(), "state": state})
