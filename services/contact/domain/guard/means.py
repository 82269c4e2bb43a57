"""The means of a contact: the number, the way, the place of work, and how a visit is planned."""

from __future__ import annotations

from datetime import timedelta

from services.contact.domain.guard import own
from services.contact.domain.guard.days import begins_everywhere, over_everywhere
from services.contact.domain.guard.facts import ContactFacts, Place, Visit
from services.contact.domain.guard.questions import Question, not_before, when
from services.contact.domain.guard.terms import DayKind, GuardTerms, RuleTerms
from services.contact.domain.guard.windows import kind_of
from services.contact.domain.vocabulary import Channel, MessageClass

_OPTED_OUT = "opted_out"


def number_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """Whether the number may be used: its source (CN-07), who it belongs to, how fresh that is (US-13, US-14)."""
    number = facts.number
    provenance = number.provenance if number else None
    rules = terms.limiting("accepted_provenance")
    said = (f"Source: {provenance or 'not recorded'}.", f"来源：{provenance or '未记录'}。")
    asked = [
        Question(rule, when(provenance in rule.of("accepted_provenance")), said, {"provenance": provenance})
        for rule in rules
    ]
    there = bool(rules) or provenance is not None
    barred = number.barred if number else None
    if barred == _OPTED_OUT and facts.message_class is MessageClass.REPLY:
        answers = _answers(facts)
        asked += [_confirmed(rule, answers) for rule in terms.having("max_confirmations")]
        barred = barred if answers or facts.inbound_at is None else None
    asked.append(own.ask(own.number_may_be_used, there and barred is None, ("", ""), barred=barred))
    if number is None:
        return asked
    asked += [_fresh(rule, facts) for rule in terms.having("fresh_for_days")]
    if number.handed_over:
        asked += [_noticed(rule, facts) for rule in terms.having("opt_out_days")]
    if number.place is Place.WORK:
        asked += _at_work(facts, terms)
    return asked


def _answers(facts: ContactFacts) -> int:
    """How often somebody was answered at this number since they wrote last."""
    ref = facts.number.ref if facts.number else None
    return sum(
        contact.channel is facts.channel and contact.number == ref and facts.inbound_at <= contact.at
        for contact in facts.history
        if facts.inbound_at is not None and not contact.by_borrower
    )


def _confirmed(rule: RuleTerms, answers: int) -> Question:
    """US-11: whoever opted out gets a confirmation, and whoever uses the way again one answer."""
    most = rule.values["max_confirmations"]
    said = f"Answered {answers} of at most {most} times.", f"已答复{answers}次，最多{most}次。"
    return Question(rule, when(answers < most), said, {"answers": answers, "max_confirmations": most})


def _fresh(rule: RuleTerms, facts: ContactFacts) -> Question:
    """US-13: the person used the number, agreed to it or it was checked, so many days ago at most."""
    confirmed = facts.number.confirmed_on if facts.number else None
    days = rule.values["fresh_for_days"]
    fresh = confirmed is not None and all(facts.now < over_everywhere(confirmed, days, (zone,)) for zone in facts.zones)
    said = (
        f"Confirmed on {confirmed or 'no day'}, good for {days} days.",
        f"确认日期：{confirmed or '无'}，{days}天内有效。",
    )
    return Question(rule, when(fresh), said, {"confirmed_on": confirmed, "fresh_for_days": days})


def _noticed(rule: RuleTerms, facts: ContactFacts) -> Question:
    """US-14: an address that the creditor handed over, after a notice and the days to opt out."""
    notice = facts.number.notice_on if facts.number else None
    days = rule.values["opt_out_days"]
    start = None if notice is None else over_everywhere(notice, days, facts.zones)
    said = f"Notice on {notice or 'no day'}, {days} days to opt out.", f"通知日期：{notice or '无'}，退订期{days}天。"
    return Question(rule, not_before(start), said, {"notice_on": notice, "opt_out_days": days})


def _at_work(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """US-09, US-25: not at work where that is forbidden or was asked for, and at no address of an employer."""
    asked = []
    for rule in terms.having("barred_ways"):
        barred = rule.values["barred_ways"]
        by_mail = facts.channel is Channel.EMAIL and "work_email" in barred
        passes = not by_mail and not (facts.work_forbidden and "workplace_if_forbidden" in barred)
        asked.append(Question(rule, when(passes), facts={"place": "work", "work_forbidden": facts.work_forbidden}))
    if facts.work_request_on is not None:
        for rule in terms.having("oral_work_request_days"):
            days, day = rule.values["oral_work_request_days"], facts.work_request_on
            over = over_everywhere(day, days, facts.zones)
            said = f"Asked on {day} not to be called at work.", f"{day}要求不要在工作场所联系。"
            asked.append(Question(rule, not_before(over), said, {"work_request_on": day}))
    return asked


NO_VISITS = "no_visits"
"""The care that keeps visits away from people who are, or may be, vulnerable."""


def channel_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """US-11; elsewhere the house keeps it: a way of contact that the borrower stopped, but for a reply in it. US-31b:
    one revocation stops other automatic ways too."""
    if not facts.stopped_channels or facts.message_class in (MessageClass.REPLY, MessageClass.STATUTORY_NOTICE):
        return []
    stopped = facts.channel in facts.stopped_channels
    rule = terms.named("US-11") or own.terms_of(own.channel_is_not_stopped)
    known = {"stopped_channels": list(facts.stopped_channels)}
    asked = [Question(rule, when(not stopped), facts=known)]
    for rule in terms.having("revocation_stops"):
        revoked = sorted(rule.values["revoked_in"] & {one.value for one in facts.stopped_channels})
        if facts.channel in rule.values["revocation_stops"]:
            said = (f"Stopped: {', '.join(revoked) or 'none'}.", f"已停用：{'、'.join(revoked) or '无'}。")
            asked.append(Question(rule, when(not revoked), said, known))
    return asked


def visit_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """CN-08, UK-07: who visits, whether they may enter, whether it was announced, and whom nobody visits."""
    if facts.channel is not Channel.VISIT:
        return []
    plan = facts.visit or Visit(staff=0)
    asked = []
    for rule in terms.limiting("visit_staff"):
        least = rule.of("visit_staff")
        enters = not plan.enters or plan.entry_agreed or not rule.values.get("entry_needs_consent")
        said = f"{plan.staff} go, at least {least}.", f"{plan.staff}人上门，至少{least}人。"
        asked.append(Question(rule, when(plan.staff >= least and enters), said, {"staff": plan.staff, "least": least}))
    for rule in terms.having("notice_business_days"):
        asked += _announced(rule, facts, plan)
    return asked


def _announced(rule: RuleTerms, facts: ContactFacts, plan: Visit) -> list[Question]:
    spared = NO_VISITS in facts.care
    said = ("The borrower is not visited.", "该借款人不得上门。") if spared else ("", "")
    asked = [Question(rule, when(not spared), said, {"care": list(facts.care)})]
    days, calendar = rule.values["notice_business_days"], facts.calendar(rule.pack)
    if plan.notice_on is None:
        return [*asked, Question(rule, when(False), ("Not announced.", "未提前通知。"), {"notice_on": None})]
    day, left = plan.notice_on, days
    while left:
        day += timedelta(days=1)
        kind = kind_of(day, calendar)
        if kind is None:
            missing = f"Asked for {rule.pack} {day.year}.", f"所需年份：{rule.pack} {day.year}。"
            return [*asked, own.ask(own.holidays_are_known, False, missing)]
        left -= kind is DayKind.WEEKDAY
    said = (
        f"Announced on {plan.notice_on}, {days} business days before.",
        f"{plan.notice_on}通知，须提前{days}个工作日。",
    )
    start = begins_everywhere(day, facts.zones)
    return [*asked, Question(rule, not_before(start), said, {"notice_on": plan.notice_on, "business_days": days})]


def occasion_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """IN-02: occasions on which people are left alone."""
    asked = []
    for rule in terms.having("occasions") if facts.occasions else ():
        met = sorted(set(facts.occasions) & rule.values["occasions"])
        said = f"Occasion: {', '.join(met) or 'none'}.", f"特殊时期：{'、'.join(met) or '无'}。"
        asked.append(Question(rule, when(not met), said, {"occasions": met}))
    return asked
