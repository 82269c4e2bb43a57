"""How a message is written in each channel, and what the gateway makes of it."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Recipient = Annotated[str, Field(min_length=3, max_length=400)]


@dataclass(frozen=True, slots=True)
class Taken:
    """A message as the gateway keeps it, whatever its channel."""

    channel: str
    recipient: str
    sender: str
    subject: str
    body: str


class Shape(BaseModel):
    """What every message has. `callback` is taken for the customer's convenience; receipts go to contact."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=True)

    channel: ClassVar[str]
    path: ClassVar[str]

    idempotency_key: str = Field(min_length=1, max_length=200)
    reference: str | None = Field(
        default=None, max_length=200, description="the customer's own, shown to the recipient"
    )
    callback: str | None = Field(default=None, max_length=500)

    @abstractmethod
    def taken(self) -> Taken:
        """The message in one shape for all channels."""


class Sms(Shape):
    channel = "sms"
    path = "/sms/messages"

    to: Recipient
    sender: Name
    text: Text

    def taken(self) -> Taken:
        return Taken(self.channel, self.to, self.sender, "", self.text)


class Mailbox(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class Email(Shape):
    """An e-mail without a way off the list is not taken (RFC 8058)."""

    channel = "email"
    path = "/email/messages"

    to: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    sender: Mailbox = Field(alias="from")
    subject: Name
    text: Text
    language: str = Field(pattern="^(zh|en)$")
    headers: dict[str, str]

    @model_validator(mode="after")
    def _can_be_left(self) -> "Email":
        link = self.headers.get("List-Unsubscribe", "")
        if not (link.startswith("<http") and link.endswith(">")):
            raise ValueError("a header List-Unsubscribe is needed")
        if self.headers.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
            raise ValueError("a header List-Unsubscribe-Post is needed")
        return self

    def taken(self) -> Taken:
        return Taken(self.channel, self.to, self.sender.name, self.subject, self.text)


class Push(Shape):
    channel = "push"
    path = "/push/notifications"

    device: Recipient
    title: Name
    body: Text

    def taken(self) -> Taken:
        return Taken(self.channel, self.device, self.title, "", self.body)


class Letter(Shape):
    channel = "letter"
    path = "/letter/orders"

    address_block: tuple[Name, ...] = Field(min_length=1, max_length=8)
    sender: Name
    envelope: Literal["neutral"]
    seal: str = Field(max_length=80)
    heading: Name
    text: Text
    language: str = Field(pattern="^(zh|en)$")

    def taken(self) -> Taken:
        return Taken(self.channel, "\n".join(self.address_block), self.sender, self.heading, self.text)


class PortalPost(Shape):
    channel = "portal"
    path = "/portal/posts"

    customer: Recipient
    sender: Name
    title: Name
    body: Text
    language: str = Field(pattern="^(zh|en)$")

    def taken(self) -> Taken:
        return Taken(self.channel, self.customer, self.sender, self.title, self.body)


SHAPES: tuple[type[Shape], ...] = (Sms, Email, Push, Letter, PortalPost)
