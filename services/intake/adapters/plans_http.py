"""Plans' API as intake uses it."""

from uuid import UUID

from services.common.kernel.errors import NotFound
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.service_client import ServiceClient
from services.intake.service.arrival.programmes import AskedFor, ProgrammesFound
from services.intake.service.standing import Means


class HttpPlans:
    """Asks plans with intake's own token."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def programmes(self, asked: AskedFor, caller: Caller) -> ProgrammesFound:
        """Every programme of today. Unavailable."""
        key = str(business_uuid("programmes", caller.correlation_id))
        answer = await self._client.post("/v1/programmes", asked, caller=caller, idempotency_key=key)
        return answer.read(ProgrammesFound)

    async def means(self, case_id: UUID, caller: Caller) -> Means | None:
        """The newest judged statement of means; None when plans has none. Unavailable."""
        try:
            answer = await self._client.get(f"/v1/cases/{case_id}/statement-of-means", caller=caller)
        except NotFound:
            return None
        return answer.read(Means)
