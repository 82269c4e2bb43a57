"""A story: one account and everybody around it, told in the order of business time."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tests.e2e.account import Account
from tests.e2e.bank import PORTAL, Bank
from tests.e2e.borrower import Borrower
from tests.e2e.staff import Agent, Reviewer, Supervisor
from tests.e2e.town import ZONE, Town, well


class Story:
    """The bank, the borrower, people of the bank by what they are, and time. Acts come to rest before they end."""

    def __init__(self, town: Town, name: str, *, days_past_due: int = 45) -> None:
        self.town = town
        self.account = Account.of(name, days_past_due, town.today)
        self.case_id: str = ""
        self.bank = Bank(self)
        self.borrower = Borrower(self)
        self.agent = Agent(self, "lin.agent")
        self.reviewer = Reviewer(self, "zhao.agent")
        self.supervisor = Supervisor(self, "zhou.supervisor")
        self.manager = Supervisor(self, "zheng.manager")
        self.risk = Supervisor(self, "wang.risk")

    # -- time --------------------------------------------------------------------------------------------------------

    async def days(self, number: int) -> None:
        """Let days pass."""
        await self.town.passes(timedelta(days=number))

    async def hours(self, number: int) -> None:
        """Let hours pass."""
        await self.town.passes(timedelta(hours=number))

    async def until(self, day: date, hour: int = 9) -> None:
        """Let time pass until an hour of a day."""
        await self.town.passes(datetime.combine(day, time(hour), ZONE) - self.town.now)

    def in_days(self, number: int) -> str:
        """A day as the services read it."""
        return (self.town.today + timedelta(days=number)).isoformat()

    # -- the case ----------------------------------------------------------------------------------------------------

    async def opens(self, origin: str) -> int:
        """Post the case; the status of the answer."""
        answer = well(await self.town.call("POST", "intake", "/v1/cases", PORTAL, json=self.account.case(origin)))
        self.case_id = answer.json()["case_id"]
        await self.town.settles()
        return answer.status_code

    async def case(self) -> Any:
        return await self.town.get("intake", f"/v1/cases/{self.case_id}", PORTAL)

    async def state(self) -> str:
        return str((await self.case())["state"])

    async def case_is(self, state: str) -> None:
        """The state of the case, with its way there when it is another one."""
        found = await self.state()
        assert found == state, f"the case is {found}, not {state}; its way: {' > '.join(await self.way())}"

    async def timeline(self) -> list[Any]:
        """All happenings, oldest first."""
        found: list[Any] = []
        query: dict[str, Any] = {"limit": 200}
        while True:
            page = await self.town.get("intake", f"/v1/cases/{self.case_id}/timeline", PORTAL, params=query)
            found.extend(page["items"])
            if not page["next"]:
                return found
            query["cursor"] = page["next"]

    async def way(self) -> list[str]:
        """The states the case went through."""
        return [line["what"]["to_state"] for line in await self.timeline() if line["kind"] == "step"]

    async def cases_of_account(self) -> list[Any]:
        """All cases of the account."""
        found: list[Any] = []
        query: dict[str, Any] = {"limit": 200}
        while True:
            page = await self.town.get("intake", "/v1/cases", PORTAL, params=query)
            found.extend(case for case in page["items"] if case["account_ref"] == self.account.account_ref)
            if not page["next"]:
                return found
            query["cursor"] = page["next"]

    # -- what became of it -------------------------------------------------------------------------------------------

    async def contact(self) -> Any:
        """Rounds, attempts, messages and replies of the case."""
        return await self.town.get("contact", f"/v1/cases/{self.case_id}/contact", PORTAL)

    async def messages(self, purpose: str | None = None) -> list[Any]:
        """Messages to the borrower, of one purpose or all."""
        return [message for message in (await self.contact())["messages"] if purpose in (None, message["purpose"])]

    async def held(self) -> set[str]:
        """What the holds block that were placed about the case."""
        lines = [line["what"] for line in await self.timeline() if line["kind"] == "hold"]
        return {block for hold in lines for block in hold["blocks"]}

    async def agreement(self) -> Any:
        """The newest agreement, as followup judges it."""
        found = await self.town.get("followup", f"/v1/cases/{self.case_id}/agreements", PORTAL)
        return max(found["items"], key=lambda agreement: agreement["round"])

    async def instalments(self) -> list[str]:
        """The verdicts on the instalments of the newest agreement."""
        return [line["state"] for line in (await self.agreement())["instalments"]]

    async def last_good_day(self, number: int) -> date:
        """The last day on which an instalment is in time: grace, weekends and holidays are followup's affair."""
        return date.fromisoformat((await self.agreement())["instalments"][number - 1]["last_good_day"])

    @staticmethod
    def money(shown: dict[str, str]) -> Decimal:
        return Decimal(shown["amount"])

    # -- chapters that several stories share -------------------------------------------------------------------------

    async def begins(self) -> None:
        """The bank reports the arrears of an account, and the borrower is written to."""
        await self.bank.opens_the_account()
        assert await self.bank.reports_the_arrears() == 201
        await self.case_is("CONTACTING")

    async def comes_to_the_table(self) -> None:
        """The borrower answers, says what they ask for, and shows their means."""
        await self.borrower.replies()
        await self.case_is("ENGAGED")
        await self.agent.records_the_request()
        await self.case_is("ASSESSING")
        await self.agent.takes_the_means()
        await self.case_is("EVIDENCE_PENDING")

    async def proves_the_hardship(self, name: str = "first") -> None:
        """The borrower sends a document and a reviewer finds it genuine."""
        await self.borrower.sends(name=name)
        await self.case_is("EVIDENCE_REVIEW")
        await self.reviewer.reviews()

    async def is_offered(self, relief: str = "INT_STOP", **wish: Any) -> Any:
        """The agent drafts, a supervisor approves, the borrower has the offer; the plan."""
        option = (await self.agent.compares_options(**wish))[relief]
        assert option["eligible"], option["reasons"]
        plan = await self.agent.drafts(option)
        await self.case_is("PLAN_DRAFTED")
        await self.agent.submits(plan)
        await self.case_is("PENDING_APPROVAL")
        await self.supervisor.decides(plan)
        await self.case_is("OFFERED")
        return plan

    async def agrees(self, **wish: Any) -> Any:
        """From the first message to a plan in force; the plan. Three instalments unless wished otherwise."""
        await self.begins()
        await self.comes_to_the_table()
        await self.proves_the_hardship()
        plan = await self.is_offered(**({"first_due_date": self.in_days(10)} | wish))
        await self.borrower.accepts()
        await self.case_is("PLAN_ACTIVE")
        return plan
