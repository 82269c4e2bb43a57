"""Audit: each step of a case has the entry that says who took it."""

from collections import Counter

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect
from services.common.runtime.audit import state_hash

_STEPS = "SELECT case_id, state_version, to_state, actor FROM case_history"
_ENTRIES = """
SELECT case_id, action, after_hash, coalesce(acting_for, actor) AS person
FROM audit_entry WHERE action IN ('case.opened', 'case.moved')
"""


@check("A2", "Every step of a case has one audit entry, with its result and the person who answers for it")
async def steps_are_audited(look: Look) -> Examined:
    steps = await look.rows("intake", _STEPS)
    entries = Counter(
        (row["case_id"], row["person"], None if row["action"] == "case.opened" else row["after_hash"])
        for row in await look.rows("intake", _ENTRIES)
    )
    expected = {
        (row["case_id"], row["actor"], _hash(row["state_version"], row["to_state"])): row["state_version"]
        for row in steps
    }
    suspects = [Suspect(f"case {key[0]} step {version}") for key, version in expected.items() if entries[key] != 1]
    suspects += [Suspect(f"case {key[0]} has an entry without a step") for key in entries if key not in expected]
    return Examined(len(steps), suspects)


def _hash(version: int, state: str) -> str | None:
    """What the entry of a step says of its result; the entry of an opening has the facts of the account instead."""
    return None if version == 1 else state_hash({"state": state, "state_version": version})
