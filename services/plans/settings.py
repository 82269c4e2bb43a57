"""What a process of plans is told from outside, beyond what every service is told."""

from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from services.common.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """`FORBEAR_PLANS_OBJECT_STORE` is where evidence files are kept: a folder, `file:///folder`, or
    `s3://bucket/prefix` with keys, region and endpoint in `AWS_*`. A sandbox keeps them in its state directory.
    """

    object_store: str | None = Field(default=None, description="folder or bucket of evidence files")
    state: Path | None = Field(default=None, description="state directory of a sandbox")
    bank_time_zone: str = Field(default="Asia/Shanghai", description="where the bank's day begins and ends")
    core_tenant: str = Field(default="default", description="tenant at the core")

    @field_validator("bank_time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        ZoneInfo(zone)
        return zone

    @field_validator("object_store")
    @classmethod
    def _known_store(cls, place: str | None) -> str | None:
        if place and "://" in place and not place.startswith(("s3://", "file:///")):
            raise ValueError("evidence is kept in s3://bucket/prefix, file:///folder, or a folder")
        return place or None

    @model_validator(mode="after")
    def _has_object_store(self) -> Self:
        if self.object_store is None and not (self.sandbox and self.state):
            raise ValueError("missing settings: FORBEAR_PLANS_OBJECT_STORE")
        return self

    @property
    def evidence_place(self) -> str:
        """Where evidence files are kept."""
        if self.object_store is not None:
            return self.object_store
        if self.state is None:
            raise ValueError("missing settings: FORBEAR_PLANS_OBJECT_STORE")
        return str(self.state / "evidence")
