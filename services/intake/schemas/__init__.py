"""Requests and responses of intake, a file per subject."""

from services.intake.schemas.base import (
    Body,
    Cause,
    Email,
    Language,
    Origin,
    Portfolio,
    PostalAddress,
    Reference,
    RequestType,
    Source,
    Subject,
    TimeZone,
)
from services.intake.schemas.bulk import BulkSelector, BulkShown, BulkStanding, PlaceBulkHold
from services.intake.schemas.cases import AccountFacts, Assign, Case, ImportReview, OpenCase, Reentry
from services.intake.schemas.flags import EndFlag, FlagConsent, Flags, FlagShown, FlagStanding, RecordFlag, RenewFlag
from services.intake.schemas.holds import HoldEnd, Holds, HoldShown, HoldStanding, PlaceHold
from services.intake.schemas.parties import AddParty, Parties, PartyAnswer, PartyShown
from services.intake.schemas.people import BorrowerFacts, BorrowerProfile, FieldOrigin
from services.intake.schemas.records import Happening, NoteShown, NoteWritten, RecordRequest, RequestRecorded, WriteNote

__all__ = [
    "AccountFacts",
    "AddParty",
    "Assign",
    "Body",
    "BorrowerFacts",
    "BorrowerProfile",
    "BulkSelector",
    "BulkShown",
    "BulkStanding",
    "Case",
    "Cause",
    "Email",
    "EndFlag",
    "FieldOrigin",
    "FlagConsent",
    "FlagShown",
    "FlagStanding",
    "Flags",
    "Happening",
    "HoldEnd",
    "HoldShown",
    "HoldStanding",
    "Holds",
    "ImportReview",
    "Language",
    "NoteShown",
    "NoteWritten",
    "OpenCase",
    "Origin",
    "Parties",
    "PartyAnswer",
    "PartyShown",
    "PlaceBulkHold",
    "PlaceHold",
    "Portfolio",
    "PostalAddress",
    "RecordFlag",
    "RecordRequest",
    "Reentry",
    "Reference",
    "RenewFlag",
    "RequestRecorded",
    "RequestType",
    "Source",
    "Subject",
    "TimeZone",
    "WriteNote",
]
