"""What a member of staff does with a task, by its kind, through the API of the service that owns the decision."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.acts import Act
from sandbox.borrowers.people import Borrowers
from sandbox.borrowers.repository import persona_of_case, remember_case
from sandbox.calls import Caller, CallRefused
from sandbox.staff.answers import ANSWERS
from sandbox.store import Tx
from services.common.kernel.clock import Clock
from services.common.kernel.money import Money

OWN_DEBT = "this_bank"
FIRST_DUE_AFTER = timedelta(days=30)
DOCUMENTS_LAST = timedelta(days=180)
REVIEWS_BEGIN = timedelta(days=7)
ASKS_FOR = "RESCHEDULE"
#: What is drafted when it may be; after these whatever comes first in the list of options.
PREFERRED = {"INT_STOP": 0, "EXTEND": 1}


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at work on one task. `act.id` makes everything that is sent happen once."""

    act: Act
    tx: Tx
    api: Caller
    borrowers: Borrowers
    clock: Clock

    def key(self, step: str) -> str:
        """The key of one step of the act."""
        return f"{self.act.id}/{step}"

    async def persona(self, case_id: str) -> Any:
        """The persona behind a case; the first look at a case tells which account it is about."""
        found = await persona_of_case(self.tx, case_id)
        if found is None:
            case = await self.api.get("intake", f"/cases/{case_id}")
            await remember_case(self.tx, case_id, case["account_ref"])
            found = await persona_of_case(self.tx, case_id)
        return found

    def today(self) -> date:
        """The business day in UTC."""
        return self.clock.now().date()


Task = Mapping[str, Any]


def not_before(task: Task, now: datetime) -> datetime:
    """From when on a task is worth doing: a review is about what comes after its date."""
    if task["kind"] != "review_temporary_terms":
        return now
    return max(now, datetime.fromisoformat(task["deadline"]) - REVIEWS_BEGIN)


async def work(desk: Desk, task: Task) -> None:
    """Do a task; one of a kind that this staff was not taught waits for a person. `CallRefused` when a service says
    no."""
    await WORK.get(task["kind"], leave_it)(desk, task)


async def record_request(desk: Desk, task: Task) -> None:
    """After talking to the borrower: why they cannot pay, and what they ask for."""
    row = await desk.persona(task["case_id"])
    words = "收入减少，希望分期" if row["language"] == "zh" else "I earn less and would like to pay by instalments"
    body = {"cause": row["cause"], "own_words": words, "request_type": ASKS_FOR, "months": 12}
    await desk.api.post("intake", _path(task), body, desk.key("request"))


async def take_statement_of_means(desk: Desk, task: Task) -> None:
    """The borrower's income and outgoings, as told, and what is owed to us."""
    row = await desk.persona(task["case_id"])
    case = await desk.api.get("intake", f"/cases/{task['case_id']}")

    def amount(name: str) -> dict[str, str]:
        currency = row["currency"]
        return {"amount": str(Money.rounded(row[name], currency).amount), "currency": currency}

    body = {
        "hardship_reason": row["cause"],
        "income": {"salary": amount("monthly_income")},
        "priority_expenses": {"housing": amount("priority_expenses")},
        "living_costs": {"living": amount("living_costs")},
        "unsecured_debts": {OWN_DEBT: case["balance"]},
        "own_debt": OWN_DEBT,
    }
    await desk.api.post("plans", _path(task), body, desk.key("means"))


async def review_evidence(desk: Desk, task: Task) -> None:
    """Check a document's authenticity; a forged one is rejected."""
    row = await desk.persona(task["case_id"])
    forged = row["habit"] == "forged_evidence"
    method = (await desk.api.get("plans", f"/cases/{task['case_id']}/evidence"))["methods"][0]
    body = {"result": "REJECTED" if forged else "VERIFIED", "method": method}
    if forged:
        body["reasons"] = "the issuer does not know this document"
    else:
        # What some kinds of document are good for depends on the end that they state themselves.
        body["stated_end"] = (desk.today() + DOCUMENTS_LAST).isoformat()
    await desk.api.post("plans", _path(task), body, desk.key("review"))


async def draft_plan(desk: Desk, task: Task) -> None:
    """Compare options, draft the one that costs the borrower least while it is paid off, and submit it."""
    case_id = task["case_id"]
    wish = {"first_due_date": (desk.today() + FIRST_DUE_AFTER).isoformat()}
    answer = await desk.api.post("plans", f"/cases/{case_id}/options", wish, desk.key("options"))
    found = [option for option in answer["options"] if option["draft"]]
    # What is only for a time comes last: what becomes of the rest has to be talked about again.
    possible = [option for option in found if not option["afterwards"]] or found
    if not possible:
        return
    chosen = min(possible, key=lambda option: PREFERRED.get(option["relief_type"], len(PREFERRED)))
    draft = {name: chosen[name] for name in ("relief_type", "instalments", "first_due_date")}
    try:
        plan = await desk.api.post("plans", _path(task), draft, desk.key("draft"))
    except CallRefused as refusal:
        if refusal.problem == "same-offer-again":
            plan = await _draft_as_wished(desk, task, draft)
        elif refusal.problem == "disclosures-open":
            # The letter with everything that comes before a plan; the draft is made when the task is taken again.
            await desk.api.post("contact", f"/cases/{case_id}/messages", {"purpose": "disclosures"}, desk.key("told"))
            return
        else:
            raise
    _, etag = await desk.api.get_versioned("plans", f"/plans/{plan['plan_id']}")
    await desk.api.post("plans", f"/plans/{plan['plan_id']}/submission", {}, desk.key("submission"), etag)


async def approve_plan(desk: Desk, task: Task) -> None:
    """Read the proposal as it stands and decide on exactly that."""
    plan, etag = await desk.api.get_versioned("plans", _path(task).rpartition("/")[0])
    body = {"decision": "approve", "proposal_hash": plan["proposal_hash"]}
    await desk.api.post("plans", _path(task), body, desk.key("decision"), etag)


async def call_borrower(desk: Desk, task: Task) -> None:
    """Ask for a permit, dial, and record what came of it: whoever does not answer messages does not answer calls."""
    body = {"case_id": task["case_id"], "channel": "voice", "purpose": "call_borrower", "message_class": "demand"}
    permit = await desk.api.post("contact", "/permits", body, desk.key("permit"))
    if permit["verdict"] != "permitted":
        return
    outcome = {"permit_id": permit["permit_id"], "outcome": "NO_ANSWER", "party_verified": False}
    await desk.api.post("contact", _path(task), outcome, desk.key("call"))


async def serve_notice(desk: Desk, task: Task) -> None:
    """Send the notice of a missed instalment by letter."""
    body = {"means": "letter", "served_on": desk.today().isoformat()}
    await desk.api.post("followup", _path(task), body, desk.key("notice"))


async def answer(desk: Desk, task: Task) -> None:
    """Say what is always said to a task of this kind."""
    await desk.api.post(task["service"], _path(task), ANSWERS[task["kind"]], desk.key("answer"))


async def leave_it(desk: Desk, task: Task) -> None:
    """Somebody else ends it: whoever is in the conversation, decides on the request, or was taught the work."""


async def _draft_as_wished(desk: Desk, task: Task, draft: Mapping[str, Any]) -> Any:
    """The relief once more over the months that the borrower asked for when they objected."""
    offer = await desk.api.get("plans", f"/cases/{task['case_id']}/offer")
    objections = await desk.api.get("plans", f"/plans/{offer['document']['plan_id']}/objections")
    months = objections["items"][-1]["wanted_months"]
    return await desk.api.post("plans", _path(task), {**draft, "instalments": months}, desk.key("as-wished"))


def _path(task: Task) -> str:
    return str(task["decide_path"]).removeprefix("/v1")


WORK: Mapping[str, Callable[[Desk, Task], Awaitable[None]]] = {
    "record_request": record_request,
    "take_statement_of_means": take_statement_of_means,
    "review_evidence": review_evidence,
    "draft_plan": draft_plan,
    "approve_plan": approve_plan,
    "call_borrower": call_borrower,
    "serve_notice": serve_notice,
    **dict.fromkeys(ANSWERS, answer),
}
