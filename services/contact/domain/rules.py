"""The rules of contact as predicates. Their numbers come from the pack of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.kernel.rule import business_rule
from services.contact.domain.stops import StopFact
from services.contact.domain.window import LocalHours, is_permitted


@business_rule(
    id="STOP-01",
    group="contact",
    summary="No stop of outbound contact covers this contact; until two people lift it, notices and replies wait too.",
)
def no_stop_covers(stops: Sequence[StopFact], pack: str, channel: str, template: str) -> bool:
    return not any(stop.covers(pack, (channel,), (template,)) for stop in stops)


@business_rule(
    id="PACK-01", group="contact", summary="The rule pack of the case allows contacting its borrowers at all."
)
def pack_allows_contact(contact: bool) -> bool:
    return contact


@business_rule(
    id="HOLD-01", group="contact", summary="No hold on the borrower or the case blocks this kind of contact."
)
def no_hold_blocks(action: str, blocked: Sequence[str]) -> bool:
    return action not in blocked


@business_rule(
    id="HOLD-02",
    group="contact",
    summary="The holds known here are fresh; when they may be out of date only replies and statutory notices go out.",
)
def holds_are_fresh(fresh: bool) -> bool:
    return fresh


@business_rule(
    id="CN-01",
    group="contact",
    summary="No contact at night (22:00 to 08:00 where the borrower may be) unless the borrower agreed to those hours.",
    source="CBA, GBT",
)
def inside_permitted_hours(now: datetime, zones: Sequence[str], hours: Sequence[LocalHours]) -> bool:
    return is_permitted(now, zones, hours)


@business_rule(
    id="CN-02",
    group="contact",
    summary="One number is not dialled more often on one day than the pack allows, unless the borrower agreed.",
    source="CBA",
)
def number_not_dialled_too_often(attempts_today: int, most: int, agreed: bool) -> bool:
    return agreed or attempts_today < most


@business_rule(
    id="CN-03",
    group="contact",
    summary="One debtor has no more effective calls on one day than the pack allows, lender and agencies together.",
    source="GBT",
)
def debtor_not_called_too_often(effective_calls_today: int, most: int) -> bool:
    return effective_calls_today < most


@business_rule(
    id="CN-07",
    group="contact",
    summary="The number or address comes from a lawful source that is recorded.",
    source="CBA",
)
def provenance_is_lawful(provenance: str | None, accepted: frozenset[str]) -> bool:
    return provenance is not None and provenance in accepted


@business_rule(
    id="CN-10", group="contact", summary="The message or script says which institution is speaking.", source="CBA"
)
def institution_is_named(named: bool) -> bool:
    return named
