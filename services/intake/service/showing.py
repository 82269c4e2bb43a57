"""From rows to what the API shows."""

from collections.abc import Iterable
from datetime import date

from services.common.kernel.money import Money
from services.intake.domain.case_state import LABELS, CaseState
from services.intake.domain.dpd import ArrearsScale, PresumptionTerms, days_past_due
from services.intake.models import Borrower, CollectionsCase, InterestStop, Note, Party, PlacedHold, VulnerabilityFlag
from services.intake.schemas import (
    BorrowerProfile,
    Case,
    CaseToday,
    FieldOrigin,
    FlagShown,
    FlagStanding,
    HoldShown,
    HoldStanding,
    InterestShown,
    NoteShown,
    NoteWritten,
    PartyShown,
    PastDue,
)


def case_shown(case: CollectionsCase) -> Case:
    """A case without personal data."""
    return Case(
        **case.model_dump(include=set(Case.model_fields) - {"arrears", "balance", "state_label"}),
        state_label=LABELS[CaseState(case.state)],
        arrears=Money.of(case.arrears, case.currency),
        balance=Money.of(case.balance, case.currency),
    )


def case_today(
    case: CollectionsCase, today: date, scale: ArrearsScale, presuming: PresumptionTerms | None
) -> CaseToday:
    """A case with its days past due on the business day `today`, whatever day the bank last spoke of it."""
    past_due = None
    day = max(today, case.facts_as_of)
    if case.state != CaseState.CLOSED:
        days = days_past_due(case.oldest_unpaid_due_date, day).effective
        presumed = None if presuming is None else presuming.presumed(days)
        bucket, span = scale.bucket(days), scale.span(days)
        past_due = PastDue(on=day, days=days, bucket=bucket, span=span, presumed=presumed)
    return CaseToday(**dict(case_shown(case)), past_due=past_due)


def profile_shown(borrower: Borrower) -> BorrowerProfile:
    """A borrower with the origin of each fact."""
    return BorrowerProfile(
        **borrower.model_dump(include=set(BorrowerProfile.model_fields) - {"provenance"}),
        provenance={fact: FieldOrigin.model_validate(origin) for fact, origin in borrower.provenance.items()},
    )


def note_written(note: Note) -> NoteWritten:
    """A note without its text."""
    return NoteWritten(**note.model_dump(include=set(NoteWritten.model_fields)))


def note_shown(note: Note) -> NoteShown:
    """A note as it was written."""
    return NoteShown(**note.model_dump(include=set(NoteShown.model_fields)))


def hold_standing(hold: PlacedHold) -> HoldStanding:
    """A hold without its kind."""
    return HoldStanding(**hold.model_dump(include=set(HoldStanding.model_fields)))


def hold_shown(hold: PlacedHold, stops: Iterable[InterestStop]) -> HoldShown:
    """A hold with its kind, and what became of interest by those of the stops that are its own."""
    fields = set(InterestShown.model_fields)
    own = [InterestShown(**stop.model_dump(include=fields)) for stop in stops if stop.hold_id == hold.hold_id]
    return HoldShown(**hold.model_dump(include=set(HoldShown.model_fields)), interest=own)


def party_shown(party: Party, person: Borrower) -> PartyShown:
    """A party with what is known of the person."""
    return PartyShown(**profile_shown(person).model_dump(), role=party.role, added_at=party.added_at)


def flag_standing(flag: VulnerabilityFlag) -> FlagStanding:
    """A flag without its kind and words."""
    return FlagStanding(**flag.model_dump(include=set(FlagStanding.model_fields)))


def flag_shown(flag: VulnerabilityFlag) -> FlagShown:
    """A flag as it was recorded."""
    return FlagShown(**flag.model_dump(include=set(FlagShown.model_fields)))
