"""The bank in a story: its accounts and its core, through the bank's own REST, and what it tells Forbear."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.e2e.town import well

if TYPE_CHECKING:
    from tests.e2e.story import Story

CORE = "/fineract-provider/api/v1"
PORTAL = "svc-portal"


class Bank:
    """The core, and the bank's integration with Forbear."""

    def __init__(self, story: "Story") -> None:
        self._story = story

    async def opens_the_account(self, *, feed: bool = False) -> None:
        """The account is in the books; with `feed` the next end of day tells of its arrears."""
        content = self._story.account.extract().encode()
        url = f"{self._story.town.stack.urls['sandbox']}/sandbox/bank/load"
        well(await self._story.town.http.post(url, params={"feed": feed}, content=content))

    async def reports_the_arrears(self) -> int:
        """Post the case as the bank; the status of the answer."""
        return await self._story.opens("bank")

    async def receives(self, amount: str, on: date | None = None) -> None:
        """The borrower's payment is posted, valued today unless told otherwise."""
        town, today = self._story.town, self._story.town.today
        body = {
            "transactionDate": (on or today).isoformat(),
            "transactionAmount": amount,
            "dateFormat": "yyyy-MM-dd",
            "locale": "en",
        }
        loan = await self.loan()
        path = f"{CORE}/loans/{loan['id']}/transactions?command=repayment"
        await town.post("sandbox", path, PORTAL, body)
        await town.settles()

    async def takes_back_the_last_payment(self) -> None:
        """The last payment turns out not to be good: the bank reverses it."""
        town = self._story.town
        loan = await self.loan()
        path = f"{CORE}/loans/external-id/{self._story.account.account_ref}?associations=transactions"
        shown = await town.get("sandbox", path, PORTAL)
        paid = [one for one in shown["transactions"] if one["type"]["code"].endswith(".repayment")]
        last = max(paid, key=lambda one: int(one["id"]))
        body = {
            "transactionDate": town.today.isoformat(),
            "transactionAmount": "0",
            "dateFormat": "yyyy-MM-dd",
            "locale": "en",
        }
        await town.post("sandbox", f"{CORE}/loans/{loan['id']}/transactions/{last['id']}?command=undo", PORTAL, body)
        await town.settles()

    async def will_refuse(self, code: str) -> None:
        """The core refuses the next command on the account."""
        body = {"kind": "refuse", "account_ref": self._story.account.account_ref, "count": 1, "code": code}
        await self._story.town.pulls("/bank/faults", body)

    async def loan(self) -> Any:
        """The account as the core shows it, with its schedule."""
        path = f"{CORE}/loans/external-id/{self._story.account.account_ref}?associations=repaymentSchedule"
        return await self._story.town.get("sandbox", path, PORTAL)

    async def schedule(self) -> list[tuple[date, Decimal]]:
        """What the core expects from today on: due date and amount of each period that is not paid."""
        periods = (await self.loan())["repaymentSchedule"]["periods"]
        return [
            (date(*period["dueDate"]), Decimal(str(period["totalDueForPeriod"])).quantize(Decimal("0.01")))
            for period in periods
            if not period["complete"]
        ]

    async def restructuring(self) -> Any:
        """The restructuring in force on the account, with the hash of its schedule; None when there is none."""
        answer = await self._story.town.http.get(
            f"{self._story.town.stack.urls['sandbox']}/sandbox/bank/restructurings"
        )
        ref = self._story.account.account_ref
        return next((row for row in well(answer).json() if row["account_ref"] == ref), None)

    async def pauses_of_interest(self) -> list[tuple[date, date]]:
        """First and last day of each time in which the account earns no interest."""
        path = f"{CORE}/loans/{(await self.loan())['id']}/interest-pauses"
        found = await self._story.town.get("sandbox", path, PORTAL)
        return [(date(*one["startDate"]), date(*one["endDate"])) for one in found]

    async def interest_ahead(self) -> list[Decimal]:
        """What the bank charges in each period that is due today or later."""
        periods = (await self.loan())["repaymentSchedule"]["periods"]
        today = self._story.town.today
        return [Decimal(str(one["interestDue"])) for one in periods if date(*one["dueDate"]) >= today]

    async def last_due_date(self) -> date:
        """The day on which the last period is due."""
        return date(*(await self.loan())["repaymentSchedule"]["periods"][-1]["dueDate"])
