"""What a person asks of us: channels, language, times to be left alone."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.common.kernel.said import SaidDay
from services.contact.domain.vocabulary import Channel

HourMinute = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["15:00"])]
DayEnd = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["17:00"])]
Source = Literal["conversation", "message", "letter", "portal", "creditor", "representative"]
Occasion = Literal["bereavement", "calamity", "wedding", "festival", "other"]


class Hours(BaseModel):
    """`[start, end)` of a local day of the person; `24:00` is its end. A night is two of these."""

    model_config = ConfigDict(extra="forbid")

    start: HourMinute
    end: DayEnd

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: str, info: ValidationInfo) -> str:
        if info.data.get("start", "00:00") >= end:
            raise ValueError("hours end after they start, on the same day; a night is two of them")
        return end


class InconvenientTime(BaseModel):
    """Hours of these ISO weekdays (1 is Monday) at which the person is to be left alone."""

    model_config = ConfigDict(extra="forbid")

    hours: Hours
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(default=[1, 2, 3, 4, 5, 6, 7], min_length=1, max_length=7)


class OccasionAsked(BaseModel):
    """Days, both included, on which the person is to be left alone. No more of the reason is kept than this."""

    model_config = ConfigDict(extra="forbid")

    occasion: Occasion
    starts_on: SaidDay
    ends_on: SaidDay

    @field_validator("ends_on")
    @classmethod
    def _not_before_start(cls, ends_on: date, info: ValidationInfo) -> date:
        if "starts_on" in info.data and ends_on < info.data["starts_on"]:
            raise ValueError("an occasion ends on the day on which it starts or later")
        return ends_on


class AtWork(BaseModel):
    """Contact at work: asked for orally on a day not to (`asked_on`), or confirmed or the employer's (`forbidden`)."""

    model_config = ConfigDict(extra="forbid")

    asked_on: SaidDay | None = None
    forbidden: bool = False


class Preferences(BaseModel):
    """What a person asks of us, for all their cases; what is left out is asked no longer."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["zh", "en"] | None = None
    interpreter: str | None = Field(
        default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35, description="BCP 47: `yue`, `es-MX`"
    )
    preferred_channel: Channel | None = None
    stopped_channels: list[Channel] = Field(default=[], max_length=7)
    inconvenient: list[InconvenientTime] = Field(default=[], max_length=50)
    occasions: list[OccasionAsked] = Field(default=[], max_length=50)
    at_work: AtWork = AtWork()


class PutPreferences(Preferences):
    """All preferences of a person as they are from now on, and where that was said."""

    source: Source

    @field_validator("stopped_channels")
    @classmethod
    def _not_the_preferred(cls, stopped: list[Channel], info: ValidationInfo) -> list[Channel]:
        if info.data.get("preferred_channel") in stopped:
            raise ValueError("the preferred channel cannot be one that is to be stopped")
        return stopped


class PreferencesShown(Preferences):
    """The preferences of a person. `version` is the ETag."""

    person_id: UUID
    version: int
