"""Requests and answers about who owes the debt of a case beside its borrower."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.intake.schemas.base import Body
from services.intake.schemas.people import BorrowerFacts, BorrowerProfile

Role = Literal["joint_debtor", "guarantor"]


class AddParty(Body):
    """A person who owes the debt too; `source` is who says so."""

    role: Role
    person: BorrowerFacts
    source: Literal["bank", "borrower"] = "bank"


class PartyAnswer(BaseModel):
    """Who was added, without personal data."""

    case_id: UUID
    party_id: UUID
    role: Role


class PartyShown(BorrowerProfile):
    """A party with what is known of the person; `borrower_id` is the party's id."""

    role: Role
    added_at: datetime


class Parties(BaseModel):
    """The parties of a case in the order of adding."""

    items: list[PartyShown]
