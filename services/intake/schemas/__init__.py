"""Requests and responses of intake, a file per subject."""

from services.intake.schemas.base import (
    Body,
    Cause,
    Language,
    Origin,
    Reference,
    RequestType,
    Source,
    Subject,
    TimeZone,
)
from services.intake.schemas.cases import AccountFacts, Assign, Case, ImportReview, OpenCase, Reentry
from services.intake.schemas.holds import Holds, HoldShown, HoldStanding, PlaceHold
from services.intake.schemas.people import BorrowerFacts, BorrowerProfile, FieldOrigin
from services.intake.schemas.records import Happening, NoteShown, NoteWritten, RecordRequest, RequestRecorded, WriteNote

__all__ = [
    "AccountFacts",
    "Assign",
    "Body",
    "BorrowerFacts",
    "BorrowerProfile",
    "Case",
    "Cause",
    "FieldOrigin",
    "Happening",
    "HoldShown",
    "HoldStanding",
    "Holds",
    "ImportReview",
    "Language",
    "NoteShown",
    "NoteWritten",
    "OpenCase",
    "Origin",
    "PlaceHold",
    "RecordRequest",
    "Reentry",
    "Reference",
    "RequestRecorded",
    "RequestType",
    "Source",
    "Subject",
    "TimeZone",
    "WriteNote",
]
