"""The real catalogue of plans, asked without a wire, and a log as contact keeps it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from services.common.kernel.clock import Clock
from services.common.kernel.errors import Unavailable
from services.common.runtime.caller import Caller
from services.intake.service.arrival.programmes import AskedFor, ProgrammesFound
from services.intake.service.papers import LogLine
from services.intake.service.standing import Means
from services.plans.policies import load_policies
from services.plans.schemas.programmes import AskProgrammes
from services.plans.service.terms.programmes import Programmes


class PlansHere:
    """What plans answers to intake; `asked` is what it was asked, and nothing comes while it is `away`."""

    def __init__(self, clock: Clock) -> None:
        self._programmes = Programmes(load_policies(None), clock, ZoneInfo("Asia/Shanghai"))
        self.asked: list[AskedFor] = []
        self.away = False
        self.stated: Means | None = None

    async def programmes(self, asked: AskedFor, caller: Caller) -> ProgrammesFound:
        if self.away:
            raise Unavailable("plans does not answer")
        self.asked.append(asked)
        answer = self._programmes.list(caller, AskProgrammes.model_validate_json(asked.model_dump_json()))
        return ProgrammesFound.model_validate_json(answer.model_dump_json())

    async def means(self, case_id: UUID, caller: Caller) -> Means | None:
        return self.stated


class LogHere:
    """What contact answers to intake: the lines that a test puts there."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    async def log(self, case_id: UUID, caller: Caller) -> list[LogLine]:
        return self.lines
