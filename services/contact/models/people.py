"""Tables: what persons asked of us and agreed to, who speaks for them, and who else a case has."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, instant, jsonb


class Person(ContactTable, table=True):
    """What a borrower, joint debtor or guarantor asked of us, over all their cases. Its version is an ETag.

    `inconvenient`: `{"hours": {"start": "15:00:00", "end": "17:00:00"}, "weekdays": [1, 2]}`, as the guard's fact;
    `occasions`: `{"occasion": "festival", "starts_on": "2026-10-20", "ends_on": "2026-10-22"}`, both days included.
    `work_request_on` is the day of an oral request; `work_forbidden`: it was confirmed, or the employer forbids it.
    `care` is what intake's flags ask of us, as of `care_at`.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("language IN ('zh', 'en')", name="language"),)

    borrower_id: UUID = Field(primary_key=True)
    version: int
    language: str | None = None
    interpreter: str | None = None
    preferred_channel: str | None = None
    stopped_channels: list[str] = Field(sa_column=jsonb())
    inconvenient: list[dict[str, Any]] = Field(sa_column=jsonb())
    occasions: list[dict[str, Any]] = Field(sa_column=jsonb())
    work_request_on: date | None = None
    work_forbidden: bool
    care: list[str] = Field(sa_column=jsonb())
    care_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class PersonFact(ContactTable, table=True):
    """That something known of a person was changed or confirmed, who said so and when (append-only).

    `field` is one of the preferences, or `number/<its id>`; `old` is what was known before, as JSON.
    """

    __tablename__ = "person_fact"
    __table_args__ = (
        CheckConstraint("kind IN ('changed', 'confirmed')", name="kind"),
        Index("ix_person_fact_borrower", "borrower_id", "field", "fact_id"),
    )

    fact_id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    borrower_id: UUID
    case_id: UUID
    field: str
    kind: str
    old: str | None = Field(default=None, sa_column=Column(EncryptedText("person_fact.old"), nullable=True))
    source: str
    at: datetime = Field(sa_column=instant())
    recorded_by: str


class Consent(ContactTable, table=True):
    """What a person agreed to at `given_at`, until revoked.

    `details` of `hours`: `{"start": "20:00:00", "end": "22:00:00"}`; of `call_back`: `{"at": instant to be called at}`;
    of `channel`: `{"channel": "sms"}`; none of the others.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("kind IN ('hours', 'more_calls', 'call_back', 'channel', 'visit_entry')", name="kind"),
        Index("ix_consent_borrower", "borrower_id", postgresql_where=text("revoked_at IS NULL")),
    )

    consent_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    case_id: UUID
    kind: str
    details: dict[str, Any] = Field(sa_column=jsonb())
    conversation_id: UUID | None = None
    given_at: datetime = Field(sa_column=instant())
    recorded_by: str
    revoked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    revoked_by: str | None = None


class Representative(ContactTable, table=True):
    """Somebody who speaks for a person about one debt. `asked_on` is when that one was last written to."""

    __tablename__ = "representative"
    __table_args__ = (
        CheckConstraint("kind IN ('attorney', 'adviser', 'guardian', 'authorised')", name="kind"),
        Index("ix_representative_case", "case_id", "borrower_id", postgresql_where=text("ended_at IS NULL")),
    )

    representative_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    case_id: UUID
    kind: str
    name: str = Field(sa_column=Column(EncryptedText("representative.name"), nullable=False))
    address: str | None = Field(default=None, sa_column=Column(EncryptedText("representative.address"), nullable=True))
    asked_on: date | None = None
    agrees_to_contact: bool
    since: datetime = Field(sa_column=instant())
    recorded_by: str
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    version: int


class ThirdParty(ContactTable, table=True):
    """Somebody who does not owe the debt of a case and may be asked where the borrower is, if at all."""

    __tablename__ = "third_party"
    __table_args__ = (Index("ix_third_party_case", "case_id"),)

    third_party_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    role: str
    name: str | None = Field(default=None, sa_column=Column(EncryptedText("third_party.name"), nullable=True))
    number: str = Field(sa_column=Column(EncryptedText("third_party.number"), nullable=False))
    digest: str = Field(index=True)
    provenance: str
    added_at: datetime = Field(sa_column=instant())
    added_by: str
    refused_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    invited_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    volunteers: bool
    version: int


class Party(ContactTable, table=True):
    """A person who owes the debt of a case beside the borrower, with a contact state of their own.

    `time_zones` are all in which this person may be; none while nothing is known of that.
    """

    __tablename__ = "party"
    __table_args__ = (CheckConstraint("role IN ('joint_debtor', 'guarantor')", name="role"),)

    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(primary_key=True, index=True)
    role: str
    time_zones: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]"))
