"""From rows in our words to the rows of the stage table: ids, encrypted facts, the event and the start of each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.common.contracts.envelope import Event, source_of
from services.common.contracts.events.cases import CaseOpened
from services.common.contracts.workflows import CaseInput
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.audit import state_hash
from services.common.runtime.encryption import encrypt
from services.intake.imports.errors import RowRefused
from services.intake.imports.rows import ImportedRow
from services.intake.policies import Policies
from services.intake.repository.borrowers import COLUMNS_OF
from services.intake.service.arrival.facts import AccountReport, Profile, account_values, borrower_values

SOURCE = "file"
SERVICE = "intake"
Pair = tuple[UUID, str]
_SECRET = ("name", "phone", "national_id", "email", "postal_address")


class Prepared:
    """A row that can be staged: what it says of the borrower and of the account."""

    def __init__(self, line: int, row: ImportedRow, institution: str, policies: Policies, now: datetime) -> None:
        """RowRefused when its facts contradict each other."""
        self.line = line
        self.row = row
        self.borrower_id = business_uuid("borrower", institution, row.borrower_ref)
        profile = Profile(
            borrower_ref=row.borrower_ref,
            name=row.name,
            phone=row.phone,
            national_id=row.national_id,
            email=row.email,
            postal_address=row.postal_address,
            language=row.language,
            time_zone=row.time_zone,
        )
        account = AccountReport(
            account_ref=row.account_ref,
            product=row.product,
            arrears=row.arrears,
            balance=row.balance,
            oldest_unpaid_due_date=row.oldest_unpaid_due_date,
            as_of=row.as_of,
            limitation_from=row.limitation_from,
        )
        policy = policies.cases(now)
        self.portfolio = row.portfolio or policy.portfolio
        try:
            self.borrower = borrower_values(profile, self.borrower_id, SOURCE, row.as_of, policy)
            self.facts = account_values(account, SOURCE, policies)
        except InvalidInput as error:
            raise RowRefused("; ".join(f"{place}: {why}" for place, why in error.fields) or error.detail) from None
        packs = {pack.pack for pack in policies.triage(now).value.packs}
        if row.pack is not None and row.pack not in packs:
            raise RowRefused("pack: is not an installed pack")

    @property
    def pair(self) -> Pair:
        """What there may be one open case of."""
        return self.borrower_id, self.row.account_ref


def first_of_each(rows: Iterable[Prepared]) -> list[Prepared]:
    """The first row of each pair; a later one finds the case known."""
    found: dict[Pair, Prepared] = {}
    for row in rows:
        found.setdefault(row.pair, row)
    return list(found.values())


def merged_borrowers(rows: Sequence[Prepared]) -> dict[UUID, dict[str, Any]]:
    """Each borrower's facts over all rows: of each fact the newest, the first of a day, as the database merges too."""
    merged: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        there = merged.setdefault(row.borrower_id, {**row.borrower, "provenance": dict(row.borrower["provenance"])})
        for fact, origin in row.borrower["provenance"].items():
            known = there["provenance"].get(fact)
            if known is None or origin["as_of"] > known["as_of"]:
                there["provenance"][fact] = origin
                there.update({column: row.borrower[column] for column in COLUMNS_OF[fact]})
    return merged


def staged(
    row: Prepared, borrower: dict[str, Any], earlier: tuple[int, UUID] | None, now: datetime, correlation_id: str
) -> dict[str, Any]:
    """The row of the stage table. `earlier`: how many cases the pair has had, and the last of them."""
    sequence, previous = earlier or (0, None)
    case_id = business_uuid("case", row.row.borrower_ref, row.row.account_ref, str(sequence))
    payload = CaseOpened(
        case_id=case_id, borrower_id=row.borrower_id, account_ref=row.row.account_ref, origin="file", opened_at=now
    )
    event = Event(
        id=f"{case_id}/1",
        source=source_of(SERVICE, payload.topic),
        type=payload.type,
        subject=str(case_id),
        time=now,
        body=payload.model_dump_json().encode(),
        version=1,
        correlation_id=correlation_id,
    )
    facts = {name: value for name, value in row.facts.items() if name != "facts_source"}
    sealed = {name: None if borrower[name] is None else encrypt(borrower[name], f"borrower.{name}") for name in _SECRET}
    return {
        **facts,
        **borrower,
        **sealed,
        "limitation_from": row.row.limitation_from,
        "line": row.line,
        "case_id": case_id,
        "borrower_language": borrower["language"],
        "language": row.borrower["language"],
        "account_ref": row.row.account_ref,
        "sequence": sequence,
        "previous_case_id": previous,
        "portfolio": row.portfolio,
        "declared_pack": row.row.pack,
        "facts_hash": state_hash(row.facts),
        "event": event.body,
        "headers": event.headers(),
        "start": CaseInput(case_id=case_id).model_dump_json().encode(),
    }
