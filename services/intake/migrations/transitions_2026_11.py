"""The legal steps of a case as they were in 2026-11. A later change of them is a migration of its own."""

_BEFORE_AGREED = (
    "OPENED TRIAGED CONTACTING ENGAGED ASSESSING EVIDENCE_PENDING EVIDENCE_REVIEW PLAN_DRAFTED PENDING_APPROVAL OFFERED"
)
_WITHOUT_PLAN = f"{_BEFORE_AGREED} PLAN_BROKEN NO_AGREEMENT REFERRED"
_OPEN = f"{_WITHOUT_PLAN} AGREED PLAN_ACTIVE PLAN_AT_RISK PLAN_COMPLETED CURED SETTLED"

# Trigger and target, and the states it may start from.
_STEPS = {
    "case.triaged TRIAGED": "OPENED",
    "contact.planned CONTACTING": "TRIAGED",
    "contact.rpc_recorded ENGAGED": "TRIAGED CONTACTING",
    "contact.inbound_recorded ENGAGED": "TRIAGED CONTACTING NO_AGREEMENT",
    "contact.exhausted NO_AGREEMENT": "CONTACTING",
    "contact.silent CONTACTING": "ENGAGED ASSESSING EVIDENCE_PENDING PLAN_DRAFTED OFFERED",
    "relief.requested ASSESSING": "ENGAGED PLAN_AT_RISK PLAN_BROKEN",
    "account.cured CURED": _WITHOUT_PLAN,
    "account.settled SETTLED": _WITHOUT_PLAN,
    "borrower.refused NO_AGREEMENT": "ENGAGED ASSESSING PLAN_DRAFTED",
    "request.withdrawn NO_AGREEMENT": "ENGAGED ASSESSING PLAN_DRAFTED",
    "assessment.deficit NO_AGREEMENT": "ENGAGED ASSESSING PLAN_DRAFTED",
    "evidence.requested EVIDENCE_PENDING": "ASSESSING",
    "evidence.received EVIDENCE_REVIEW": "EVIDENCE_PENDING",
    "evidence.deadline_passed NO_AGREEMENT": "EVIDENCE_PENDING",
    "evidence.needs_more EVIDENCE_PENDING": "EVIDENCE_REVIEW",
    "evidence.rejected NO_AGREEMENT": "EVIDENCE_REVIEW",
    "plan.drafted PLAN_DRAFTED": "ASSESSING EVIDENCE_REVIEW",
    "plan.submitted PENDING_APPROVAL": "PLAN_DRAFTED",
    "plan.returned PLAN_DRAFTED": "PENDING_APPROVAL",
    "plan.rejected NO_AGREEMENT": "PENDING_APPROVAL",
    "plan.approved OFFERED": "PLAN_DRAFTED PENDING_APPROVAL",
    "offer.countered PLAN_DRAFTED": "OFFERED",
    "offer.expired NO_AGREEMENT": "OFFERED",
    "offer.declined NO_AGREEMENT": "OFFERED",
    "agreement.signed AGREED": "OFFERED",
    "plan.activated PLAN_ACTIVE": "AGREED",
    "plan.activation_refused PLAN_DRAFTED": "AGREED",
    "instalment.missed PLAN_AT_RISK": "PLAN_ACTIVE",
    "agreement.recovered PLAN_ACTIVE": "PLAN_AT_RISK",
    "agreement.broken PLAN_BROKEN": "PLAN_AT_RISK",
    "agreement.completed PLAN_COMPLETED": "PLAN_ACTIVE PLAN_AT_RISK",
    "agreement.settled SETTLED": "PLAN_ACTIVE",
    "negotiation.reopened CONTACTING": "PLAN_BROKEN",
    "referral.approved REFERRED": "PLAN_BROKEN NO_AGREEMENT",
    "recall.approved ENGAGED": "REFERRED",
    "case.closed CLOSED": "PLAN_COMPLETED CURED SETTLED REFERRED NO_AGREEMENT",
    "estate.closed CLOSED": _OPEN,
    "debt.sold CLOSED": _OPEN,
    "bankruptcy.discharged CLOSED": _OPEN,
    "case.withdrawn CLOSED": _OPEN,
}

ROWS = [
    {"source": source, "trigger": step.split()[0], "target": step.split()[1]}
    for step, sources in _STEPS.items()
    for source in sources.split()
]

# A step is legal when the table has it, and steps are numbered without gaps: no code can walk around that.
LAW = """
CREATE FUNCTION refuse_illegal_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'OPENED' OR NEW.state_version <> 1 THEN
            RAISE EXCEPTION 'a case begins as OPENED' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.state = OLD.state THEN
        IF NEW.state_version <> OLD.state_version THEN
            RAISE EXCEPTION 'no step without a change of state' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.state_version <> OLD.state_version + 1 OR NOT EXISTS (
        SELECT FROM case_transition t
        WHERE t.source = OLD.state AND t.trigger = NEW.moved_by AND t.target = NEW.state
    ) THEN
        RAISE EXCEPTION 'no step from % to % by %', OLD.state, NEW.state, NEW.moved_by
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = (
    "CREATE TRIGGER collections_case_law BEFORE INSERT OR UPDATE ON collections_case "
    "FOR EACH ROW EXECUTE FUNCTION refuse_illegal_step()"
)
