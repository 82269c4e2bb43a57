"""The borrower in a story: writes to the bank's number, and uses the bank's portal."""

from itertools import count
from typing import TYPE_CHECKING, Any

from sandbox.borrowers.codes import code_in
from sandbox.borrowers.documents import document
from sandbox.borrowers.signing import acceptance
from tests.e2e.bank import PORTAL
from tests.e2e.town import well

if TYPE_CHECKING:
    from tests.e2e.story import Story

WORDS = "您好，我想协商一下还款。"


class Borrower:
    """The person behind the account."""

    def __init__(self, story: "Story") -> None:
        self._story = story
        self._replies = count(1)

    async def asks_for_help(self) -> int:
        """Ask through the portal, also before anything is past due; the status of the answer."""
        return await self._story.opens("borrower")

    async def replies(self, text: str = WORDS) -> None:
        """Write back by SMS."""
        account = self._story.account
        reply = {"reply_id": f"{account.account_ref}/{next(self._replies)}", "sender": account.phone, "text": text}
        await self._story.town.pulls("/gateway/replies", reply)
        await self._story.town.settles()

    async def inbox(self) -> list[str]:
        """The texts that have arrived on the phone, oldest first."""
        town = self._story.town
        answer = await town.http.get(
            f"{town.stack.urls['sandbox']}/sandbox/gateway/inbox", params={"recipient": self._story.account.phone}
        )
        return [message["body"] for message in well(answer).json()]

    async def sends(self, evidence_type: str = "payslips", name: str = "first", given: bytes | None = None) -> str:
        """Upload a document through the portal, of one's own unless another one is given; its id."""
        story = self._story
        file, own = document(evidence_type, f"{story.account.name}/{name}", story.town.today, forged=False)
        fields = {"evidence_type": evidence_type, "document_date": story.town.today.isoformat()}
        path = f"/v1/cases/{story.case_id}/evidence"
        if (await story.town.get("plans", path, PORTAL, acting_for=self._myself))["separate_consent"]:
            fields["consent_ref"] = f"portal/{name}"
        answer = await story.town.call(
            "POST",
            "plans",
            path,
            PORTAL,
            acting_for=self._myself,
            files={"file": (file, given or own)},
            data=fields,
        )
        await story.town.settles()
        return str(well(answer).json()["evidence_id"])

    async def evidence(self) -> Any:
        """The documents that were handed in, as the portal shows them."""
        path = f"/v1/cases/{self._story.case_id}/evidence"
        return await self._story.town.get("plans", path, PORTAL, acting_for=self._myself)

    async def offer(self) -> Any:
        """The newest offer, as the portal shows it."""
        path = f"/v1/cases/{self._story.case_id}/offer"
        return await self._story.town.get("plans", path, PORTAL, acting_for=self._myself)

    async def accepts(self) -> None:
        """Accept every key term of the offer."""
        shown = await self.offer()
        plan_id, version = shown["document"]["plan_id"], shown["document"]["version"]
        path = f"/v1/plans/{plan_id}/acceptance"
        for _ in range(4):
            # A code is in its text message within minutes; for one that is late another one is asked for.
            known = len(await self._codes())
            await self._answers(plan_id, "signing-codes", {"version": version})
            await self._story.hours(1)
            if len(codes := await self._codes()) > known:
                body = acceptance(shown, codes[-1])
                signed = await self._story.town.call("POST", "plans", path, PORTAL, acting_for=self._myself, json=body)
                if signed.status_code == 201:
                    await self._story.town.settles()
                    return
        raise AssertionError("no code came in time")

    async def _codes(self) -> list[str]:
        return [code for text in await self.inbox() if (code := code_in(text))]

    async def counters(self, months: int) -> None:
        """Say that the instalment is too high and how many months are wanted."""
        offer = (await self.offer())["document"]
        body = {
            "version": offer["version"],
            "objection": "INSTALMENT_TOO_HIGH",
            "wanted_months": months,
            "own_words": "每月压力还是太大",
        }
        await self._answers(offer["plan_id"], "counter", body)

    async def versions(self, plan_id: str) -> list[Any]:
        """Every version of a plan, as the portal shows it."""
        shown = await self._story.town.get("plans", f"/v1/plans/{plan_id}/versions", PORTAL, acting_for=self._myself)
        return list(shown["items"])

    async def objections(self, plan_id: str) -> list[Any]:
        """What was said against a plan, with the answers."""
        shown = await self._story.town.get("plans", f"/v1/plans/{plan_id}/objections", PORTAL, acting_for=self._myself)
        return list(shown["items"])

    async def pays(self, number: int) -> None:
        """Pay what is missing of one instalment of the newest agreement, today."""
        [line] = [line for line in (await self._story.agreement())["instalments"] if line["number"] == number]
        left = self._story.money(line["amount"]) - self._story.money(line["paid"])
        await self._story.bank.receives(str(left))

    async def _answers(self, plan_id: str, how: str, body: dict[str, Any]) -> None:
        await self._story.town.post("plans", f"/v1/plans/{plan_id}/{how}", PORTAL, body, acting_for=self._myself)
        await self._story.town.settles()

    @property
    def _myself(self) -> str:
        return f"borrower:{self._story.account.borrower_ref}"
