"""The steps of the case workflow; what they do is in activities.py."""

from services.common.durable.steps import OutsideCall, OwnWrite, PromptCall
from services.intake.workflows.messages import (
    Attention,
    BulkLook,
    BulkStep,
    CaseStep,
    ChildEnd,
    ChildStep,
    ClockInput,
    ClockLook,
    Closed,
    CloseStep,
    FlagInput,
    FlagLook,
    InterestInput,
    InterestLook,
    Learned,
    Prepared,
    Reentry,
    Reviewed,
    RoundStep,
    Triaged,
    TriageStep,
)

triage = OwnWrite[TriageStep, Triaged]("triage", Triaged)
learn_from_core = OutsideCall[CaseStep, Learned]("learn_from_core", Learned)
prepare_contact = PromptCall[CaseStep, Prepared]("prepare_contact", Prepared)
review_import = OwnWrite[CaseStep, Reviewed]("review_import", Reviewed)
reopen = OwnWrite[RoundStep, Reentry]("reopen", Reentry)
child_end = OwnWrite[ChildStep, ChildEnd]("child_end", ChildEnd)
pay_attention = OwnWrite[CaseStep, Attention]("pay_attention", Attention)
close_case = OwnWrite[CloseStep, Closed]("close_case", Closed)
review_flag = OwnWrite[FlagInput, FlagLook]("review_flag", FlagLook)
work_bulk_hold = OwnWrite[BulkStep, BulkLook]("work_bulk_hold", BulkLook)
watch_clock = OwnWrite[ClockInput, ClockLook]("watch_clock", ClockLook)
stop_interest = PromptCall[InterestInput, InterestLook]("stop_interest", InterestLook)
