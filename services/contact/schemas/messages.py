"""Messages that people have sent."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.contact.schemas.telling import Body


class AskMessage(Body):
    """What the borrower is to be sent. Figures and words are not the caller's to give."""

    purpose: str = Field(pattern=r"^[a-z][a-z_]{2,39}$", description="one of the list of the day")


class MessageAsked(BaseModel):
    """A message that will leave when the guard lets it; `GET /v1/messages/{id}` says where it is."""

    message_id: UUID
    case_id: UUID
    purpose: str
    asked_at: datetime
