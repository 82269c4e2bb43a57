"""Table: the clocks that the law sets on agreements."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, Uuid, text
from sqlmodel import Field

from services.followup.domain.clocks import ClockKind, ClockState, ClockTerms, Phase
from services.followup.models.base import FollowupTable, one_of


class RegulatoryClock(FollowupTable, table=True):
    """One clock of an agreement, with its terms of the day it began and where it stands.

    `begins_on` is from when it is counted, `check_on` the next bank day whose closing moves it. `asked` counts the
    decisions that were asked for; each has a task of its own.
    """

    __tablename__ = "regulatory_clock"
    __table_args__ = (
        one_of("kind", ClockKind),
        one_of("phase", Phase),
        one_of("state", ClockState),
        CheckConstraint("(state = 'running') = (check_on IS NOT NULL)", name="check_on"),
        Index("ix_regulatory_clock_check_on", "check_on", postgresql_where=text("state = 'running'")),
        Index("ix_regulatory_clock_account_ref", "account_ref"),
        Index("ix_regulatory_clock_case_id", "case_id"),
    )

    agreement_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("agreement.agreement_id"), primary_key=True, nullable=False)
    )
    kind: str = Field(primary_key=True, sa_type=Text)
    case_id: UUID = Field(sa_type=Uuid)
    account_ref: str = Field(sa_type=Text)
    rules: str = Field(sa_type=Text)
    begins_on: date
    non_performing: bool = False
    observation_months: int = 0
    cure_months: int = 0
    probation_months: int = 0
    over_days: int | None = None
    phase: str = Field(sa_type=Text)
    starts_on: date
    ends_on: date
    recounts: int = 0
    was_late: bool = False
    check_on: date | None = None
    state: str = Field(default=ClockState.RUNNING, sa_type=Text)
    asked: int = 0
    ended_on: date | None = None
    version: int = 1

    @property
    def ref(self) -> str:
        """The ref of its obligation."""
        return f"{self.agreement_id}:{self.kind}"

    @property
    def task_ref(self) -> str:
        """The ref of the task that its end asks for."""
        return f"{self.ref}:{self.asked}"

    @property
    def terms(self) -> ClockTerms:
        return ClockTerms(self.observation_months, self.cure_months, self.probation_months, self.over_days)
