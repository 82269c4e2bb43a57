"""Plans as the world meets it: intake played by events, people by tokens, and the ways that lead somewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx

from sandbox.borrowers.signing import acceptance
from services.common.contracts.events.cases import CaseStateChanged, CaseTriaged, NegotiationReopened, ReliefRequested
from services.common.contracts.events.contacts import DisclosuresChanged
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime import encryption
from services.common.runtime.key_ring import KeyRing, decode_key
from services.common.runtime.secrets_policy import SANDBOX_SECRETS
from tests.contract.sandbox_world import account_row, sandbox_in_process
from tests.databases import Databases
from tests.hostile import pdf
from tests.integration.plans_service import CODES, INSTITUTION, Case, PlansService

PDF = pdf()
NEGOTIATOR, REVIEWER, SUPERVISOR, MANAGER = "agent-li", "agent-wu", "supervisor-he", "manager-an"
BORROWER = business_uuid("borrower", INSTITUTION, "B1")
FIRST_DUE = date(2026, 3, 31)


def means_in(currency: str = "CNY") -> dict[str, Any]:
    """2,030.00 are left of 8,000.00; all of it is for us."""
    said = {"income": "net_pay 8000", "priority_expenses": "rent 3120", "living_costs": "food 2850"}
    found: dict[str, Any] = {"hardship_reason": "INCOME_DROP", "own_debt": "ours"}
    for group, item in (said | {"unsecured_debts": "ours 14240"}).items():
        name, _, amount = item.partition(" ")
        found[group] = {name: {"amount": f"{amount}.00", "currency": currency}}
    return found


MEANS = means_in()


class House(PlansService):
    """The service, and what the world says to it: about cases under `pack`, in `currency`."""

    pack, currency = "cn", "CNY"

    # -- the world ---------------------------------------------------------------------------------------------------

    async def triaged(
        self, account: str = "A1", *, name: str | None = None, borrower: str = "B1",
        language: Literal["zh", "en"] = "zh", told: bool = True,
    ) -> Case:  # fmt: skip
        """A case that contact is working on; its borrower was told what comes before a plan, unless said otherwise.

        Further cases about an account have a name of their own.
        """
        case = Case(business_uuid("case", name or account), account)
        event = CaseTriaged(
            case_id=case.case_id,
            borrower_id=business_uuid("borrower", INSTITUTION, borrower),
            account_ref=account,
            origin="bank",
            pack=self.pack,
            pack_version=f"{self.pack}-1",
            product="credit_card",
            bucket="M2",
            days_past_due=45,
            arrears=Money.of("2240.00", self.currency),
            balance=Money.of("12000.00", self.currency),
            language=language,
            time_zones=("Asia/Shanghai",),
            contactable=True,
            round=1,
        )
        assert await self.hear("intake", event) == "applied"
        if told:
            await self.disclosed(case)
        return case

    async def disclosed(self, case: Case, still_open: int = 0) -> None:
        """Contact says how much the borrower must still be told."""
        event = DisclosuresChanged(case_id=case.case_id, open=still_open, at=self.clock.now())
        assert await self.hear("contact", event) == "applied"

    async def requested(self, case: Case, round_: int = 1) -> str:
        """The borrower's request is recorded at intake."""
        return await self.hear(
            "intake",
            ReliefRequested(
                case_id=case.case_id,
                request_id=business_uuid("request", case.account_ref, str(round_)),
                request_type="reschedule",
                round=round_,
                requested_on=self.clock.now().date(),
            ),
        )

    async def reopened(self, case: Case, round_: int) -> None:
        """A further round begins."""
        assert await self.hear("intake", NegotiationReopened(case_id=case.case_id, round=round_)) == "applied"

    async def state_changed(self, case: Case, to_state: str) -> None:
        """A case came to a state."""
        said = {"case_id": case.case_id, "from_state": "X", "to_state": to_state, "trigger": "x", "state_version": 1}
        event = CaseStateChanged.model_validate(said | {"at": self.clock.now()})
        assert await self.hear("intake", event) == "applied"

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    # -- people ------------------------------------------------------------------------------------------------------

    async def take_means(self, case: Case, key: str = "means", **changes: Any) -> httpx.Response:
        stated = means_in(self.currency) | changes
        return await self.post(f"{case.path}/statements-of-means", stated, key, subject=NEGOTIATOR)

    async def upload(
        self,
        case: Case,
        key: str = "upload",
        content: bytes = PDF,
        name: str = "payslips.pdf",
        evidence_type: str = "payslips",
        subject: str = NEGOTIATOR,
        document_date: date | None = None,
        **said: str,
    ) -> httpx.Response:
        """Hand a file in, as the negotiating agent unless told otherwise."""
        token = self.issuer.token(sub=subject, roles=["agent"])
        day = document_date or self.clock.now().date()
        return await self.client.post(
            f"{case.path}/evidence",
            files={"file": (name, content)},
            data={"evidence_type": evidence_type, "document_date": day.isoformat()} | said,
            headers={"authorization": f"Bearer {token}", "idempotency-key": key},
        )

    async def review(
        self, evidence_id: str, result: str = "VERIFIED", *, subject: str = REVIEWER, key: str = ""
    ) -> httpx.Response:
        body = {"result": result, "method": "issuer_check"} | ({} if result == "VERIFIED" else {"reasons": "blurred"})
        path = f"/v1/evidence/{evidence_id}/reviews"
        return await self.post(path, body, key or f"review-{evidence_id}-{subject}", subject=subject)

    async def draft(self, case: Case, key: str = "draft", **changes: Any) -> httpx.Response:
        body = {"relief_type": "EXTEND", "instalments": 18, "first_due_date": FIRST_DUE.isoformat()} | changes
        return await self.post(f"{case.path}/plans", body, key, subject=NEGOTIATOR)

    async def submit(self, case: Case, etag: str, key: str = "submit", round_: int = 1) -> httpx.Response:
        return await self.post(f"{case.plan(round_)}/submission", None, key, subject=NEGOTIATOR, if_match=etag)

    async def decide(
        self,
        case: Case,
        submitted: httpx.Response,
        decision: str = "approve",
        *,
        subject: str = SUPERVISOR,
        role: str = "supervisor",
        **changes: Any,
    ) -> httpx.Response:
        """Decide on what `submitted` shows."""
        shown = submitted.json()
        body = {"decision": decision, "proposal_hash": shown["proposal_hash"]} | changes
        if decision != "approve":
            body.setdefault("reasons", "the dates do not fit")
        path, key = f"/v1/plans/{shown['plan_id']}/decisions", f"decide-{shown['version']}-{subject}-{decision}"
        return await self.post(path, body, key, role, subject=subject, if_match=submitted.headers["etag"])

    async def as_portal(self, method: str, path: str, person: str, body: Any = None, **parts: Any) -> httpx.Response:
        """The bank's portal asks for a person."""
        token = self.issuer.token(sub="svc-portal", roles=["system"])
        key = str(business_uuid("key", path, person))
        headers = {"authorization": f"Bearer {token}", "x-acting-for": person, "idempotency-key": key}
        return await self.client.request(method, path, json=body, headers=headers, **parts)

    async def accept(self, case: Case, key: str = "accept", **changes: Any) -> httpx.Response:
        """The borrower accepts the newest offer by own hand."""
        offer = (await self.get(f"{case.path}/offer")).json()
        plan = f"/v1/plans/{offer['document']['plan_id']}"
        version = offer["document"]["version"]
        await self.ask_code(plan, version, f"{key}-code")
        body = acceptance(offer, await self.newest_code(plan, version)) | changes
        path = f"{plan}/acceptance"
        return await self.post(path, body, key, "system", subject="svc-portal", x_acting_for="borrower:B1")

    async def ask_code(self, plan: str, version: int, key: str) -> httpx.Response:
        """The borrower asks for a code to sign with."""
        path, person = f"{plan}/signing-codes", "borrower:B1"
        return await self.post(path, {"version": version}, key, "system", subject="svc-portal", x_acting_for=person)

    async def newest_code(self, plan: str, version: int) -> str:
        """The code that was sent last, as its message says it; nothing when none was."""
        sent = "SELECT array_agg(signing_id ORDER BY number) FROM signing_code WHERE version = :version"
        found = await self.scalar(sent, version=version)
        return CODES.code(CODES.reference(str(found[-1]))) if found else "000000"

    # -- the way to somewhere ----------------------------------------------------------------------------------------

    async def reviewed(self, account: str = "A1", **means: Any) -> Case:
        """A case whose evidence is verified."""
        case = await self.triaged(account)
        assert await self.requested(case) == "applied"
        assert (await self.take_means(case, **means)).status_code == 201
        uploaded = await self.upload(case)
        assert (await self.review(uploaded.json()["evidence_id"])).json()["phase"] == "draft"
        return case

    async def submitted(self, account: str = "A1", **changes: Any) -> tuple[Case, httpx.Response]:
        """A case whose plan waits for approval, and the answer to its submission."""
        case = await self.reviewed(account)
        drafted = await self.draft(case, **changes)
        assert drafted.status_code == 201, drafted.text
        return case, await self.submit(case, drafted.headers["etag"])

    async def offered(self, account: str = "A1", **changes: Any) -> Case:
        """A case with an open offer."""
        case, submitted = await self.submitted(account, **changes)
        decided = await self.decide(case, submitted)
        assert decided.status_code == 200, decided.text
        return case

    async def signed(self, account: str = "A1", **changes: Any) -> Case:
        """A case whose agreement waits for the core."""
        case = await self.offered(account, **changes)
        assert (await self.accept(case)).status_code == 201
        return case


@asynccontextmanager
async def plans_house(
    databases: Databases, folder: Path, overlay: Path | None = None, *, pack: str = "cn", currency: str = "CNY"
) -> AsyncIterator[House]:
    """A new house; the bank knows the account A1: 12,000.00 ahead at 12 % over 12 months, 2,240.00 past due.

    `overlay` is the folder of the bank's own rules; its cases are under `pack`."""
    ring = KeyRing.parse(SANDBOX_SECRETS["data_key"])
    encryption.configure_encryption(ring, decode_key(SANDBOX_SECRETS["digest_key"], "digest_key"))
    async with sandbox_in_process(databases) as outside:
        await outside.load(account_row(currency=currency))
        house = House(await databases.fresh("plans"), outside, folder / "evidence", overlay)
        house.pack, house.currency = pack, currency
        try:
            yield house
        finally:
            await house.close()
