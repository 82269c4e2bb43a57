"""Plans' API as intake uses it."""

from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.service_client import ServiceClient
from services.intake.service.arrival.programmes import AskedFor, ProgrammesFound


class HttpPlans:
    """Asks plans with intake's own token."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def programmes(self, asked: AskedFor, caller: Caller) -> ProgrammesFound:
        """Every programme of today. Unavailable."""
        key = str(business_uuid("programmes", caller.correlation_id))
        answer = await self._client.post("/v1/programmes", asked, caller=caller, idempotency_key=key)
        return answer.read(ProgrammesFound)
