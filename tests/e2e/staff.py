"""The bank's people in a story. Each finds the task in the desk's list, takes it, and decides at the owner's API."""

from typing import TYPE_CHECKING, Any

from tests.e2e.town import well

if TYPE_CHECKING:
    import httpx

    from tests.e2e.story import Story

OWN_DEBT = "this_bank"


class Colleague:
    """A member of staff, by login name."""

    def __init__(self, story: "Story", username: str) -> None:
        self.story = story
        self.username = username

    async def list_of(self, kind: str | None = None) -> list[Any]:
        """The open tasks of the case that this person may take, by the desk."""
        query = {"case_id": str(self.story.case_id)} | ({"kind": kind} if kind else {})
        return list((await self.story.town.get("desk", "/v1/tasks", self.username, params=query))["items"])

    async def kinds(self) -> set[str]:
        """What waits for somebody like this person."""
        return {task["kind"] for task in await self.list_of()}

    async def takes(self, kind: str) -> Any:
        """Find the task in the list and claim it."""
        found = await self.list_of(kind)
        assert len(found) == 1, f"{self.username} sees {len(found)} of {kind}; the case is {await self.story.state()}"
        task = found[0]
        path = f"/v1/tasks/{task['task_id']}/claim"
        return await self.story.town.post("desk", path, self.username, etag=f'"{task["version"]}"')

    async def does(self, kind: str, body: Any, etag: str | None = None) -> Any:
        """Take a task and decide it at the API of its owner."""
        task = await self.takes(kind)
        answer = await self.story.town.post(task["service"], task["decide_path"], self.username, body, etag=etag)
        await self.story.town.settles()
        return answer

    async def tries(self, service: str, path: str, body: Any, etag: str | None = None) -> "httpx.Response":
        """Post something that may be refused."""
        return await self.story.town.call("POST", service, path, self.username, json=body, etag=etag)


class Agent(Colleague):
    """Talks to the borrower and negotiates."""

    async def records_the_request(self, cause: str = "INCOME_DROP", months: int = 12) -> None:
        """Why the borrower cannot pay, and what they ask for."""
        words = "收入减少，希望分期"
        body = {"cause": cause, "own_words": words, "request_type": "RESCHEDULE", "months": months}
        await self.does("record_request", body)

    async def reads_out_what_is_known(self) -> None:
        """The borrower says that their numbers are theirs."""
        path = f"/v1/cases/{self.story.case_id}/known"
        known = await self.story.town.get("contact", path, self.username)
        body = {"confirmed": [name for name in known["fields"] if name.startswith("number/")], "source": "conversation"}
        assert body["confirmed"], "contact knows no number"
        await self.story.town.post("contact", f"{path}/confirmation", self.username, body)

    async def takes_the_means(self, *, monthly_share: str = "5000.00", cause: str = "INCOME_DROP") -> Any:
        """Income that leaves `monthly_share` for the plan."""
        money = self.story.account.money
        body = {
            "hardship_reason": cause,
            "income": {"salary": money(str(self.story.money(money(monthly_share)) + 5970))},
            "priority_expenses": {"housing": money("3120.00")},
            "living_costs": {"living": money("2850.00")},
            "unsecured_debts": {OWN_DEBT: self.story.account.balance},
            "own_debt": OWN_DEBT,
        }
        return await self.does("take_statement_of_means", body)

    async def compares_options(self, **wish: Any) -> dict[str, Any]:
        """What can be offered, by relief type."""
        path = f"/v1/cases/{self.story.case_id}/options"
        answer = await self.story.town.post("plans", path, self.username, wish)
        return {option["relief_type"]: option for option in answer["options"]}

    async def drafts(self, option: Any) -> Any:
        """Take the task and draft a version on an option; the plan."""
        body = {name: option[name] for name in ("relief_type", "instalments", "first_due_date")}
        return await self.does("draft_plan", body)

    async def submits(self, plan: Any) -> Any:
        """Put the draft before somebody with authority."""
        answer = await self.story.town.call("GET", "plans", f"/v1/plans/{plan['plan_id']}", self.username)
        etag = well(answer).headers["etag"]
        path = f"/v1/plans/{plan['plan_id']}/submission"
        submitted = await self.story.town.post("plans", path, self.username, etag=etag)
        await self.story.town.settles()
        return submitted

    async def calls(self, outcome: str = "NO_ANSWER") -> Any:
        """Ask for a permit, dial, and record what came of it."""
        body = {"permit_id": await self._permitted(), "outcome": outcome, "party_verified": False}
        return await self.does("call_borrower", body)

    async def speaks(self, outcome: str, summary: str) -> Any:
        """Prepare, dial although no task asks for it, and reach the borrower."""
        path = f"/v1/cases/{self.story.case_id}"
        await self.story.town.post("contact", f"{path}/brief", self.username)
        body = {"permit_id": await self._permitted(), "outcome": outcome, "party_verified": True, "summary": summary}
        spoken = await self.story.town.post("contact", f"{path}/conversations", self.username, body)
        await self.story.town.settles()
        return spoken

    async def _permitted(self) -> str:
        """The permit of a call now."""
        permit = {
            "case_id": str(self.story.case_id),
            "channel": "voice",
            "purpose": "call_borrower",
            "message_class": "demand",
        }
        given = await self.story.town.post("contact", "/v1/permits", self.username, permit)
        assert given["verdict"] == "permitted", given
        return str(given["permit_id"])


class Reviewer(Colleague):
    """Checks documents."""

    async def reviews(self, result: str = "VERIFIED", reasons: str | None = None) -> Any:
        """Say of the one document that waits whether it is genuine and enough."""
        body = {"result": result, "method": "issuer_check"} | ({"reasons": reasons} if reasons else {})
        return await self.does("review_evidence", body)


class Supervisor(Colleague):
    """Decides what is beyond the agent."""

    async def decides(self, plan: Any, decision: str = "approve", reasons: str | None = None) -> Any:
        """Read the proposal as it stands and decide on exactly that."""
        body, etag = await self.decision_on(plan, decision)
        return await self.does("approve_plan", body | ({"reasons": reasons} if reasons else {}), etag)

    async def decision_on(self, plan: Any, decision: str = "approve") -> tuple[dict[str, Any], str]:
        """The body of a decision on the plan as it is shown now, and its ETag."""
        answer = well(await self.story.town.call("GET", "plans", f"/v1/plans/{plan['plan_id']}", self.username))
        return {"decision": decision, "proposal_hash": answer.json()["proposal_hash"]}, answer.headers["etag"]

    async def places_a_hold(self, kind: str) -> Any:
        """Stop contact with the borrower."""
        path = f"/v1/cases/{self.story.case_id}/holds"
        return await self.story.town.post("intake", path, self.username, {"kind": kind})

    async def sees_interest(self) -> list[tuple[str, str]]:
        """What is wanted of the interest of each held debt, and whether the bank's core has confirmed it."""
        path = f"/v1/cases/{self.story.case_id}/holds"
        found = await self.story.town.get("intake", path, self.username)
        return [(one["wanted"], one["state"]) for hold in found["items"] for one in hold["interest"]]
