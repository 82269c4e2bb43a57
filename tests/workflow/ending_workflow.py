"""A workflow that ends in the way it is told to."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError


@workflow.defn
class Ending:
    """Waits a minute, then completes, fails, continues as new or raises in its task."""

    @workflow.run
    async def run(self, way: str) -> str:
        await workflow.sleep(60)
        if way == "continue":
            workflow.continue_as_new("complete")
        if way == "fail":
            raise ApplicationError("told to")
        if way == "raise":
            raise ValueError("told to")
        return way
