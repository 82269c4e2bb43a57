"""Plans and money: schedules that sum, the same schedule here and in the bank, the verdicts that the postings give."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect, Way
from services.common.banking.types import schedule_hash
from services.common.kernel.money import Money

_PLANS = "SELECT plan_id, version, case_id, account_ref, state, total, currency, schedule_hash FROM plan"
_LINES = "SELECT plan_id, version, number, due_date, amount FROM plan_instalment ORDER BY plan_id, version, number"


@check("P1", "The instalments of every plan sum to its total, one after another, as its hash says")
async def schedules_sum(look: Look) -> Examined:
    lines: dict[tuple[UUID, int], list[Any]] = defaultdict(list)
    for row in await look.rows("plans", _LINES):
        lines[row["plan_id"], row["version"]].append(row)
    plans = await look.rows("plans", _PLANS)
    suspects = [
        Suspect(f"plan {plan['plan_id']} version {plan['version']}")
        for plan in plans
        if not _is_whole(plan, lines[plan["plan_id"], plan["version"]])
    ]
    return Examined(len(plans), suspects)


def _is_whole(plan: Any, lines: list[Any]) -> bool:
    days = [line["due_date"] for line in lines]
    return (
        bool(lines)
        and [line["number"] for line in lines] == list(range(1, len(lines) + 1))
        and days == sorted(set(days))
        and sum(line["amount"] for line in lines) == plan["total"]
        and schedule_hash(
            (line["number"], line["due_date"], Money.of(line["amount"], plan["currency"])) for line in lines
        )
        == plan["schedule_hash"]
    )


_AGREEMENTS = """
SELECT a.agreement_id, a.plan_id, a.plan_version, a.case_id, a.state IN ('active', 'at_risk') AS active,
       a.schedule_hash, a.total = (SELECT sum(amount) FROM instalment i WHERE i.agreement_id = a.agreement_id) AS sums
FROM agreement a
"""


@check("P3", "A plan is in force if and only if its agreement is followed up, with the same schedule")
async def plans_are_followed_up(look: Look) -> Examined:
    plans = {(row["plan_id"], row["version"]): row for row in await look.rows("plans", _PLANS)}
    agreements = {(row["plan_id"], row["plan_version"]): row for row in await look.rows("followup", _AGREEMENTS)}
    # Plans hears of the end of an agreement a moment after the follow-up; of its beginning it is the first to know.
    suspects = [
        Suspect(f"plan {key[0]} version {key[1]}", row["case_id"])
        for key, row in plans.items()
        if row["state"] == "ACTIVE"
        and not (
            (agreement := agreements.get(key)) is not None
            and agreement["active"]
            and agreement["sums"]
            and agreement["schedule_hash"] == row["schedule_hash"]
        )
    ] + [
        Suspect(f"agreement {row['agreement_id']}", row["case_id"])
        for key, row in agreements.items()
        if row["active"] and (key not in plans or plans[key]["state"] != "ACTIVE")
    ]
    return Examined(len(plans.keys() | agreements.keys()), suspects)


_ACTIVATIONS = """
SELECT a.idempotency_key, a.plan_id, a.version, p.case_id, p.account_ref, p.state, p.schedule_hash,
       p.state = 'SIGNED' AND a.state IN ('pending', 'unknown') AS asking
FROM activation a JOIN plan p USING (plan_id, version)
"""
#: A plan that ended here stays the bank's schedule until another one replaces it.
_IN_FORCE_OR_ENDED = ("ACTIVE", "BROKEN", "COMPLETED", "STOPPED")


@check("P4", "A plan is in force here if and only if it is in force in the bank, with the same schedule")
async def bank_agrees(look: Look) -> Examined:
    # The bank first: whatever it was asked for by then was intended here before.
    theirs = {row["external_id"]: row for row in await look.sandbox("/sandbox/bank/restructurings")}
    ours = {row["idempotency_key"]: row for row in await look.rows("plans", _ACTIVATIONS)}
    keys = [key for key in ours if ours[key]["state"] == "ACTIVE" or key in theirs]
    without_intent = [
        Suspect(f"plan {row['plan_id']} version {row['version']}", row["case_id"])
        for row in await look.rows("plans", _PLANS)
        if row["state"] == "ACTIVE"
        and (row["plan_id"], row["version"]) not in {(o["plan_id"], o["version"]) for o in ours.values()}
    ]
    different = [
        Suspect(
            f"plan {ours[key]['plan_id']} version {ours[key]['version']}",
            ours[key]["case_id"],
            # What the bank made of it is still to be read back.
            Way.QUEUED if ours[key]["asking"] and key in theirs else Way.NONE,
        )
        for key in keys
        if not _agree(ours[key], theirs.get(key))
    ]
    unknown = [Suspect(f"restructuring {row['number']} of the bank") for key, row in theirs.items() if key not in ours]
    return Examined(len(keys) + len(unknown) + len(without_intent), without_intent + different + unknown)


def _agree(ours: Any, theirs: Any) -> bool:
    return (
        theirs is not None
        and ours["state"] in _IN_FORCE_OR_ENDED
        and ours["account_ref"] == theirs["account_ref"]
        and ours["schedule_hash"] == theirs["schedule_hash"]
    )
