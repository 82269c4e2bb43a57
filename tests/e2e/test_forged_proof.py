"""The forged proof of income: one file turns up in two cases. A person judges it; the other borrower hears nothing."""

import pytest

from sandbox.borrowers.documents import document
from tests.e2e.story import Story
from tests.e2e.town import Town

EXPLAINED = {"method": "duplicate_across_cases", "result": "PASSED", "note": "the employer confirms this one"}


@pytest.mark.practice("002-18")
async def test_income_proof_of_somebody_else(story: Story, town: Town) -> None:
    honest = Story(town, "honest_income_proof")
    _, payslips = document("payslips", f"{honest.account.name}/first", town.today, forged=False)
    for one in (honest, story):
        await one.begins()
        await one.comes_to_the_table()
        await one.borrower.sends(given=payslips)
        await one.case_is("EVIDENCE_REVIEW")

    # Whoever reviews sees that somebody else handed in the same file; it is a flag, and nothing follows by itself.
    for one in (honest, story):
        path = f"/v1/cases/{one.case_id}/evidence"
        [seen] = (await town.get("plans", path, one.reviewer.username))["items"]
        assert [(check["method"], check["result"]) for check in seen["checks"]] == [
            ("duplicate_across_cases", "FLAGGED")
        ]
        [shown] = (await one.borrower.evidence())["items"]
        assert shown["checks"] == [] and shown["reviewer"] is None
        await one.case_is("EVIDENCE_REVIEW")

    # The issuer knows of one of them. The other one is rejected by a person, with reasons.
    await story.reviewer.reviews("REJECTED", "the employer never issued it to this person")
    assert (await story.way())[-2:] == ["NO_AGREEMENT", "CLOSED"]
    body = {"result": "VERIFIED", "method": "issuer_check", "checks": [EXPLAINED]}
    await honest.reviewer.does("review_evidence", body)

    # The honest negotiation goes its way.
    await honest.is_offered(first_due_date=honest.in_days(10))
    await honest.borrower.accepts()
    await honest.case_is("PLAN_ACTIVE")

    # Nothing of the other case reached anybody: no message, no timeline, no list.
    for one, other in ((honest, story), (story, honest)):
        told = f"{await one.borrower.inbox()} {await one.timeline()} {await one.borrower.evidence()}"
        for word in (str(other.case_id), other.account.account_ref, "forg", "duplicate", "伪造"):
            assert word not in told, word
