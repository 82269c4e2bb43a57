"""Table: a refusal of relief that a person decided, when nothing fits what a borrower can pay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text, Uuid
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.models.base import PlansTable


class Refusal(PlansTable, table=True):
    """Why a round ended without a plan, in the words of who decided it; written once."""

    __tablename__ = "refusal"
    __table_args__ = (ForeignKeyConstraint(["case_id", "round"], ["negotiation.case_id", "negotiation.round"]),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    round: int = Field(primary_key=True)
    reasons: str = Field(sa_type=EncryptedText("refusal.reasons"))
    refused_by: str = Field(sa_type=Text)
    refused_at: datetime = Field(sa_type=INSTANT)
