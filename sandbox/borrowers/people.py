"""The borrowers at work: they read what arrives, reply, send documents, answer offers and pay, each by its habit."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.acts import Act, Acts, plan_act
from sandbox.bank.books import Books
from sandbox.bank.postings import post_repayment
from sandbox.borrowers.codes import code_in
from sandbox.borrowers.documents import document
from sandbox.borrowers.habits import Instalment, Payment, Person
from sandbox.borrowers.hours import borrower_time, on_day
from sandbox.borrowers.repository import case_of_account
from sandbox.borrowers.signing import acceptance
from sandbox.calls import Caller, CallRefused, Calls
from sandbox.gateway.service import Arrival, Gateway
from sandbox.portfolio.repository import persona, personas_at
from sandbox.store import Tx
from services.common.kernel.clock import Clock
from services.common.kernel.money import Money

REPLY, EVIDENCE, ANSWER, SIGN, BEGIN, PAY, CHECK_IN, FEEDBACK = (
    f"borrower.{name}" for name in ("reply", "evidence", "answer", "sign", "begin", "pay", "check_in", "feedback")
)
WORDS = {"zh": "您好，我想协商一下还款。", "en": "Hello, I would like to talk about my repayments."}
REACTED_TO = frozenset(
    {
        "first_contact",
        "follow_up",
        "evidence_request",
        "offer",
        "signing_code",
        "activation",
        "missed_notice",
        "check_in",
        "feedback",
    }
)
ASKS_AGAIN = timedelta(hours=13)
"""After how long a borrower who got no code asks for another one."""
OVER = frozenset({"offer-over", "too-many-codes"})
TOO_LATE = frozenset({"code-expired", "code-wrong", "code-used"})


class Borrowers:
    """Everybody behind the accounts of the portfolio."""

    def __init__(self, seed: int, clock: Clock, acts: Acts, books: Books, gateway: Gateway, calls: Calls) -> None:
        self._seed = seed
        self._clock = clock
        self._books = books
        self._gateway = gateway
        self._calls = calls
        handlers: dict[str, Callable[[Act, Tx], Awaitable[None]]] = {
            REPLY: self._reply,
            EVIDENCE: self._send_evidence,
            ANSWER: self._answer_offer,
            SIGN: self._sign,
            BEGIN: self._plan_payments,
            PAY: self._pay,
            CHECK_IN: self._say_how_it_goes,
            FEEDBACK: self._say_what_they_think,
        }
        for kind, handler in handlers.items():
            acts.register_act(kind, handler)
        gateway.on_arrival(self._read)

    def person(self, row: Any) -> Person:
        """The person of a persona's row."""
        return Person(row["account_ref"], row["habit"], self._seed)

    async def _read(self, arrival: Arrival, tx: Tx) -> None:
        """A message arrived: plan what its reader does about it."""
        if arrival.reference is None:
            return
        purpose, _, rest = arrival.reference.partition("/")
        if purpose not in REACTED_TO:
            return
        version = rest.rpartition("/")[2]
        planned: list[Act] = []
        for row in await personas_at(tx, arrival.recipient):
            person = self.person(row)
            reaction = self._reaction(person, purpose, int(version))
            if reaction is None:
                continue
            kind, days = reaction
            at = borrower_time(arrival.arrived_at, days, person.chance("hour", arrival.reference), row["time_zone"])
            payload = {"version": version}
            if kind in (CHECK_IN, FEEDBACK):
                payload = {"asked": rest.partition("/")[0]}
            if kind == SIGN:
                # Who has asked for a code has the page open, and types it in at once.
                at, payload = arrival.arrived_at, {"code": code_in(arrival.body) or ""}
            act_id = f"{kind}/{person.account_ref}/{arrival.reference}"
            planned.append(Act(act_id, at, kind, person.account_ref, payload))
        await plan_act(tx, *planned)

    def _reaction(self, person: Person, purpose: str, version: int) -> tuple[str, int] | None:
        if purpose in ("first_contact", "follow_up"):
            return (REPLY, person.days(0, 2, "reply", purpose)) if person.replies() else None
        if purpose == "evidence_request":
            return (EVIDENCE, person.days(1, 4, "evidence", str(version))) if person.sends_evidence(version) else None
        if purpose == "offer":
            return ANSWER, person.days(0, 2, "answer", str(version))
        if purpose == "signing_code":
            return SIGN, 0
        if purpose == "activation":
            return BEGIN, 0
        if purpose == "missed_notice":
            return PAY, person.days(1, 2, "cure", str(version))
        if purpose in ("check_in", "feedback"):
            return f"borrower.{purpose}", person.days(0, 3, purpose, str(version))
        return None

    async def _reply(self, act: Act, tx: Tx) -> None:
        row = await persona(tx, act.subject)
        await self._gateway.reply(tx, act.id, "sms", row["phone"], WORDS[row["language"]])

    async def _send_evidence(self, act: Act, tx: Tx) -> None:
        """Upload every document that the checklist still asks for."""
        row = await persona(tx, act.subject)
        person = self.person(row)
        caller = self._calls.as_borrower(row["borrower_ref"])
        path = f"/cases/{await case_of_account(tx, act.subject)}/evidence"
        checklist = await caller.get("plans", path)
        for kind in checklist["accepted"][: checklist["needed"]]:
            name, content = document(kind, row["name"], self._today(), person.forges(int(act.payload["version"])))
            fields = {"evidence_type": kind, "document_date": self._today().isoformat()}
            if checklist["separate_consent"]:
                fields["consent_ref"] = f"portal/{act.id}"
            await caller.upload("plans", path, name, content, fields, f"{act.id}/{kind}")

    async def _answer_offer(self, act: Act, tx: Tx) -> None:
        row = await persona(tx, act.subject)
        person = self.person(row)
        caller = self._calls.as_borrower(row["borrower_ref"])
        shown = await caller.get("plans", f"/cases/{await case_of_account(tx, act.subject)}/offer")
        offer = shown["document"]
        if person.answer(offer["version"]) == "counter":
            body = {
                "version": offer["version"],
                "wanted_months": offer["instalments"] + 6,
                "objection": "INSTALMENT_TOO_HIGH",
                "own_words": "每月压力还是太大" if row["language"] == "zh" else "The instalment is still too high",
            }
            await caller.post("plans", f"/plans/{offer['plan_id']}/counter", body, act.id)
            return
        if shown["state"] != "ISSUED":
            return
        try:
            await caller.post(
                "plans", f"/plans/{offer['plan_id']}/signing-codes", {"version": offer["version"]}, act.id
            )
        except CallRefused as refusal:
            if refusal.problem in OVER:
                return
            raise
        await plan_act(tx, self._asks_again(act))

    def _asks_again(self, act: Act) -> Act:
        """The same act later, for a code that does not come or comes too late."""
        times = int(act.payload.get("times", "0")) + 1
        payload = {**act.payload, "times": str(times)}
        name = act.id.partition("#")[0]
        return Act(f"{name}#{times}", self._clock.now() + ASKS_AGAIN, ANSWER, act.subject, payload)

    async def _sign(self, act: Act, tx: Tx) -> None:
        """Sign with the code that has arrived; who comes too late will ask for another one."""
        row = await persona(tx, act.subject)
        caller = self._calls.as_borrower(row["borrower_ref"])
        shown = await caller.get("plans", f"/cases/{await case_of_account(tx, act.subject)}/offer")
        if shown["state"] != "ISSUED":
            return
        path = f"/plans/{shown['document']['plan_id']}/acceptance"
        try:
            await caller.post("plans", path, acceptance(shown, act.payload["code"]), act.id)
        except CallRefused as refusal:
            if refusal.problem not in OVER | TOO_LATE:
                raise

    async def _plan_payments(self, act: Act, tx: Tx) -> None:
        """The agreement is in force: mean to pay it, each instalment as the habit has it."""
        row = await persona(tx, act.subject)
        caller = self._calls.as_borrower(row["borrower_ref"])
        agreement = await self._agreement(tx, caller, act.subject)
        schedule = [_instalment(line) for line in agreement["instalments"]]
        meant = self.person(row).payments(schedule, agreement["round"])
        await plan_act(tx, *(self._payment(row, agreement["agreement_id"], payment) for payment in meant))

    def _payment(self, row: Any, agreement: str, payment: Payment) -> Act:
        ref = f"{agreement}/{payment.number}/{payment.part}"
        at = max(on_day(payment.on, row["time_zone"]), self._clock.now())
        amount = {"amount": str(payment.amount.amount), "currency": payment.amount.currency}
        return Act(f"{PAY}/{ref}", at, PAY, row["account_ref"], {"ref": ref, "amount": amount})

    async def _pay(self, act: Act, tx: Tx) -> None:
        """Pay what was planned, or what a missed notice asks for."""
        if "amount" in act.payload:
            await post_repayment(self._books, tx, act.subject, _money(act.payload["amount"]), _posting_ref(act))
            return
        row = await persona(tx, act.subject)
        caller = self._calls.as_borrower(row["borrower_ref"])
        agreement = await self._agreement(tx, caller, act.subject)
        if not self.person(row).cures(agreement["round"]):
            return
        missed = [line for line in agreement["instalments"] if line["state"] == "MISSED"]
        for line in missed:
            amount = _money(line["amount"]) - _money(line["paid"])
            await post_repayment(self._books, tx, act.subject, amount, f"{_posting_ref(act)}-{line['number']}")

    async def _say_how_it_goes(self, act: Act, tx: Tx) -> None:
        """Answer the question how the plan is going, at the portal."""
        row = await persona(tx, act.subject)
        path = f"/check-ins/{act.payload['asked']}/answer"
        await self._calls.as_borrower(row["borrower_ref"]).post("followup", path, {"how": "well"}, act.id)

    async def _say_what_they_think(self, act: Act, tx: Tx) -> None:
        """Rate a conversation or a decision, at the portal."""
        row = await persona(tx, act.subject)
        score = self.person(row).days(2, 5, "feedback", act.payload["asked"])
        path = f"/feedback/{act.payload['asked']}/answer"
        await self._calls.as_borrower(row["borrower_ref"]).post("followup", path, {"score": score}, act.id)

    async def _agreement(self, tx: Tx, caller: Caller, account_ref: str) -> Any:
        """The borrower's newest agreement, with its instalments."""
        case_id = await case_of_account(tx, account_ref)
        agreements = (await caller.get("followup", f"/cases/{case_id}/agreements"))["items"]
        return max(agreements, key=lambda agreement: agreement["round"])

    def _today(self) -> date:
        now: datetime = self._clock.now()
        return now.date()


def _posting_ref(act: Act) -> str:
    return act.id.replace("/", "-").replace("borrower.", "")


def _instalment(line: Mapping[str, Any]) -> Instalment:
    return Instalment(line["number"], date.fromisoformat(line["due_date"]), _money(line["amount"]))


def _money(shown: Mapping[str, str]) -> Money:
    return Money.of(shown["amount"], shown["currency"])
