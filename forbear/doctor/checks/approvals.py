"""Approval: who decided had no other hand in it, decided once, and on exactly what was submitted."""

from typing import Any

from forbear.doctor.look import Look
from forbear.doctor.registry import check
from forbear.doctor.verdicts import Examined, Suspect
from services.plans.domain.authority import Level


def _versions(rows: list[Any]) -> Examined:
    """One row for each version of a plan, with `holds`."""
    suspects = [Suspect(f"plan {row['plan_id']} version {row['version']}") for row in rows if not row["holds"]]
    return Examined(len(rows), suspects)


# A plan rests on the documents of its round, and on those of earlier rounds or other cases that were verified.
_EVIDENCE = """
SELECT p.plan_id, p.version, NOT EXISTS (
    SELECT FROM evidence e
    LEFT JOIN evidence_review r ON r.evidence_id = e.evidence_id AND r.reviewed_at <= a.decided_at
    LEFT JOIN evidence_reuse u ON u.evidence_id = e.evidence_id AND u.case_id = p.case_id
    WHERE p.case_id IN (e.case_id, u.case_id) AND e.uploaded_at <= a.decided_at
        AND (e.checklist_id = p.checklist_id OR r.result = 'VERIFIED') AND a.decided_by IN (e.uploaded_by, r.reviewer)
) AS holds
FROM approval a JOIN plan p USING (plan_id, version) WHERE a.decision IN ('sign', 'approve')
"""


@check("V1", "Who approved a plan neither uploaded nor reviewed the evidence it rests on")
async def approver_did_not_handle_evidence(look: Look) -> Examined:
    return _versions(await look.rows("plans", _EVIDENCE))


# Whoever signs beside the line (risk, a specialist) needs no level of it; the line's own signature may come first.
_AUTHORITY = """
SELECT p.plan_id, p.version, p.needed_level, l.needed_level AS decided_level, l.authority ->> 'level' AS level
FROM approval a JOIN plan p USING (plan_id, version)
LEFT JOIN approval l ON l.plan_id = a.plan_id AND l.version = a.version AND l.part LIKE 'approver%'
WHERE a.decision = 'approve'
"""


@check("V2", "Who approved a plan had the level of authority that it needed")
async def approver_had_authority(look: Look) -> Examined:
    rows = await look.rows("plans", _AUTHORITY)
    return _versions([{**row, "holds": _suffices(row)} for row in rows])


def _suffices(row: Any) -> bool:
    try:
        enough = Level.from_code(row["level"] or "") >= Level.from_code(row["needed_level"])
    except ValueError:
        return False
    return enough and row["decided_level"] == row["needed_level"]


_FOUR_EYES = """
SELECT p.plan_id, p.version, a.proposed_by = p.proposed_by
       AND a.decided_by NOT IN (p.proposed_by, coalesce(p.submitted_by, ''), coalesce(s.taken_by, '')) AS holds
FROM approval a JOIN plan p USING (plan_id, version) LEFT JOIN statement_of_means s USING (assessment_id)
WHERE a.decision IN ('sign', 'approve')
"""


@check("V3", "Who approved a plan neither proposed nor submitted it, nor took the statement of means it rests on")
async def approver_is_not_proposer(look: Look) -> Examined:
    return _versions(await look.rows("plans", _FOUR_EYES))


_HASH = """
SELECT p.plan_id, p.version,
       a.proposal_hash IS NOT DISTINCT FROM p.proposal_hash AND a.decided_at >= p.submitted_at AS holds
FROM approval a JOIN plan p USING (plan_id, version)
"""


@check("V4", "What was decided on is exactly what was submitted")
async def decided_is_submitted(look: Look) -> Examined:
    return _versions(await look.rows("plans", _HASH))


_ONCE = """
SELECT p.plan_id, p.version, count(*) FILTER (WHERE a.decision <> 'sign') <= 1
    AND count(a.decided_by) = count(DISTINCT a.decided_by) AS holds
FROM plan p LEFT JOIN approval a ON a.plan_id = p.plan_id AND a.version = p.version AND a.decision <> 'expired'
WHERE p.submitted_at IS NOT NULL GROUP BY p.plan_id, p.version
"""


@check("V5", "A version of a plan is decided by a person at most once")
async def one_decision(look: Look) -> Examined:
    return _versions(await look.rows("plans", _ONCE))


_OFFERED = """
SELECT o.plan_id, o.version, EXISTS (
    SELECT FROM approval a WHERE a.plan_id = o.plan_id AND a.version = o.version AND a.decision = 'approve'
        AND a.decided_at <= o.issued_at
) AND (g.agreement_id IS NULL OR g.document_hash = o.document_hash) AS holds
FROM offer o LEFT JOIN agreement g USING (plan_id, version)
"""


@check("V6", "Nothing was offered before it was approved, and what was signed is what was offered")
async def offers_are_approved(look: Look) -> Examined:
    return _versions(await look.rows("plans", _OFFERED))
