"""What the guard looks at, as it was known when somebody asked. Kept with the decision, and names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.stops import StopFact
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours


@dataclass(frozen=True, slots=True)
class HoldFact(PolicyValue):
    """A hold in force at `now`: the action classes it blocks and its end (None: until lifted)."""

    hold_id: str
    blocks: tuple[str, ...]
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact(PolicyValue):
    """One earlier contact. Without an outcome it is a permit that may still be used, until `until`; when that is over,
    one of which nobody has said what became of it.

    `number` and `debts` are references, the same for the same number and debt. `by_borrower` is one that the borrower
    began; `somebody_else` one with another debtor who has the same number; `third_party` one with that person.
    """

    at: datetime
    channel: Channel
    outcome: str | None = None
    number: str | None = None
    debts: tuple[str, ...] = ()
    by_borrower: bool = False
    third_party: str | None = None
    somebody_else: bool = False
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.outcome is not None and self.outcome not in OUTCOMES:
            raise ValueError(f"{self.outcome} is no outcome of a contact")


class Place(StrEnum):
    """Where a number rings."""

    HOME = "home"
    MOBILE = "mobile"
    WORK = "work"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NumberFact(PolicyValue):
    """The number or address that would be used.

    `barred` says why it must not be (opted_out, wrong_number). `confirmed_on` is the day on which the person last used
    it, agreed to it, or it was checked. `handed_over` came from the creditor, with a notice on `notice_on`.
    """

    provenance: str | None
    ref: str | None = None
    place: Place | None = None
    barred: str | None = None
    confirmed_on: date | None = None
    handed_over: bool = False
    notice_on: date | None = None


@dataclass(frozen=True, slots=True)
class ThirdParty(PolicyValue):
    """Somebody who is not the debtor: why and with what content that person would be contacted.

    A guarantor or joint debtor is bound by the contract and may be asked to pay. `invited`: the person asked to be
    contacted again.
    """

    ref: str
    role: str
    reason: str | None = None
    content: str | None = None
    refused: bool = False
    volunteers: bool = False
    invited: bool = False


@dataclass(frozen=True, slots=True)
class Visit(PolicyValue):
    """How a visit is planned."""

    staff: int
    notice_on: date | None = None
    enters: bool = False
    entry_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Inconvenient(PolicyValue):
    """Hours of these ISO weekdays at which the borrower asked to be left alone."""

    hours: LocalHours
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class DaysOff(PolicyValue):
    """Days of the person, both included, on which that person asked to be left alone, for whatever occasion."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class CallBack(PolicyValue):
    """The person agreed, at `given_at`, to be called back; `at` is the moment that was agreed, None: any."""

    given_at: datetime
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Represented(PolicyValue):
    """Somebody speaks for the borrower about this debt; `asked_on` is when that person was last written to."""

    asked_on: date | None = None
    agrees_to_contact: bool = False


@dataclass(frozen=True, slots=True)
class Agency(PolicyValue):
    """An agency that asks before it dials: the day on which the lender assessed it last, None for one that is not on
    the lender's list."""

    assessed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Calendar(PolicyValue):
    """The official list of holidays of one pack, for `years`; weekend days that are worked instead are `make_up`."""

    pack: str
    years: tuple[int, ...]
    holidays: frozenset[date]
    make_up: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class ContactFacts(PolicyValue):
    """What is asked for, and all that is known about it at `now`.

    `zones` are all in which the borrower may be. `debt` is the reference of the debt that it is about. `history` holds
    what the counts need, permits that may still be used among it. `inbound_at` is the borrower's last message in this
    channel. `template` is the text's name, for a call what it is for; `portfolio` is that of the case; `stops` are all
    that are in force. `agreed_hours` and `agreed_more_calls` are recorded, unrevoked consents, `callback_agreed` those
    to be called again, an instant being one that was given then and names no moment; None where only the outcomes of
    `history` tell of them. `says_opt_out` is whether the text says how to opt out, `says_collector` whether it says
    that a collector speaks, `phrases` are the meanings that the language check found in it, `blocked_phrases` those of
    them that nobody may send; None where there is no text. `days_off` are days on which the person wants no contact,
    `occasions` what is on today. `care` is what the borrower's situation asks of us, never why.
    `agency` is the one that asks, None where the lender does.
    `work_request_on` is the day on which the borrower asked not to be called at work, `work_forbidden` that it was
    confirmed or that the employer forbids it.
    """

    now: datetime
    zones: tuple[str, ...]
    channel: Channel
    message_class: MessageClass
    number: NumberFact | None
    names_institution: bool
    hold_copy_fresh: bool
    debt: str | None = None
    history: tuple[Contact, ...] = ()
    holds: tuple[HoldFact, ...] = ()
    stops: tuple[StopFact, ...] = ()
    template: str = ""
    portfolio: str = ""
    inbound_at: datetime | None = None
    agreed_hours: tuple[LocalHours, ...] = ()
    agreed_more_calls: bool = False
    callback_agreed: tuple[datetime | CallBack, ...] | None = None
    inconvenient: tuple[Inconvenient, ...] = ()
    stopped_channels: tuple[Channel, ...] = ()
    care: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()
    days_off: tuple[DaysOff, ...] = ()
    represented: Represented | None = None
    third_party: ThirdParty | None = None
    visit: Visit | None = None
    says_opt_out: bool | None = None
    says_collector: bool | None = None
    phrases: tuple[str, ...] | None = None
    blocked_phrases: tuple[str, ...] = ()
    letter_contents: tuple[str, ...] = ()
    time_barred: bool = False
    voicemail: tuple[str, ...] | None = None
    work_request_on: date | None = None
    work_forbidden: bool = False
    agency: Agency | None = None
    calendars: tuple[Calendar, ...] = ()

    def __post_init__(self) -> None:
        instants = [self.now, self.inbound_at, *(hold.ends_at for hold in self.holds)]
        for contact in self.history:
            instants += [contact.at, contact.until]
        for one in self.callbacks():
            instants += [one.given_at, one.at]
        if any(instant is not None and instant.utcoffset() is None for instant in instants):
            raise ValueError("an instant must carry its offset")

    def callbacks(self) -> tuple[CallBack, ...]:
        """The consents to be called again that were recorded."""
        agreed = self.callback_agreed or ()
        return tuple(one if isinstance(one, CallBack) else CallBack(one) for one in agreed)

    def calendar(self, pack: str) -> Calendar | None:
        return next((one for one in self.calendars if one.pack == pack), None)
