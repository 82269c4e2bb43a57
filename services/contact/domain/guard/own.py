"""The guard's own rules, beside those of the packs: named predicates, each with a sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from services.common.kernel.rule import business_rule, rule_of
from services.contact.domain.guard.questions import Opens, Question, when
from services.contact.domain.guard.terms import RuleTerms
from services.contact.domain.stops import StopFact

_GROUP = "contact"


@business_rule(
    id="STOP-01",
    group=_GROUP,
    summary="No stop of outbound contact covers this contact; until two people lift it, notices and replies wait too.",
)
def no_stop_covers(
    stops: Sequence[StopFact], packs: Sequence[str], channel: str, template: str, portfolio: str
) -> bool:
    return not any(stop.covers(packs, (channel,), (template,), portfolio) for stop in stops)


@business_rule(id="PACK-01", group=_GROUP, summary="The rule pack of the case allows contacting its borrowers at all.")
def pack_allows_contact(contact: bool) -> bool:
    return contact


@business_rule(
    id="PACK-02",
    group=_GROUP,
    summary="Some pack of the case says at which hours its borrowers are contacted; where none does, nobody is.",
)
def pack_names_hours(names: bool) -> bool:
    return names


@business_rule(
    id="ZONE-01", group=_GROUP, summary="It is known in which time zones the borrower may be; nobody guesses one."
)
def zones_are_known(zones: Sequence[str]) -> bool:
    return bool(zones)


@business_rule(
    id="CAL-01",
    group=_GROUP,
    summary="Where hours or days depend on holidays, the official list of that year is there; none is guessed.",
)
def holidays_are_known(known: bool) -> bool:
    return known


@business_rule(id="HOLD-01", group=_GROUP, summary="No hold on the borrower or the case blocks this kind of contact.")
def no_hold_blocks(action: str, blocked: Sequence[str]) -> bool:
    return action not in blocked


@business_rule(
    id="HOLD-02",
    group=_GROUP,
    summary="The holds known here are fresh; when they may be out of date only replies and statutory notices go out.",
)
def holds_are_fresh(fresh: bool) -> bool:
    return fresh


@business_rule(
    id="NUM-01",
    group=_GROUP,
    summary="There is a number or address with a recorded source, not barred; who opted out is answered there once.",
)
def number_may_be_used(there: bool, barred: str | None) -> bool:
    return there and barred is None


@business_rule(id="NAME-01", group=_GROUP, summary="The message or script says which institution is speaking.")
def institution_is_named(named: bool) -> bool:
    return named


@business_rule(
    id="TEXT-01", group=_GROUP, summary="The language check finds nothing in the words that nobody says to a borrower."
)
def words_may_be_said(blocked: Sequence[str]) -> bool:
    return not blocked


@business_rule(
    id="REPLY-01",
    group=_GROUP,
    summary="A reply answers a message of that person in this channel; a call or visit, the moment agreed for a call.",
)
def something_is_answered(inbound: bool, call_agreed: bool) -> bool:
    return inbound or call_agreed


@business_rule(
    id="PREF-01", group=_GROUP, summary="Times at which the borrower asked to be left alone are kept until withdrawn."
)
def inconvenient_times_are_kept(inconvenient: bool) -> bool:
    return not inconvenient


@business_rule(
    id="PREF-03",
    group=_GROUP,
    summary="Days on which the person asked to be left alone are kept, for whatever occasion they are.",
)
def days_off_are_kept(day_off: bool) -> bool:
    return not day_off


@business_rule(id="PREF-02", group=_GROUP, summary="The borrower has not asked us to stop using this way of contact.")
def channel_is_not_stopped(channel: str, stopped: Sequence[str]) -> bool:
    return channel not in stopped


@business_rule(
    id="THIRD-01", group=_GROUP, summary="Somebody who refused to be asked about a borrower is left alone for good."
)
def third_party_has_not_refused(refused: bool) -> bool:
    return not refused


@business_rule(
    id="THIRD-02",
    group=_GROUP,
    summary="Some pack of the case says when a third party may be asked about its borrower; else nobody is.",
)
def pack_lets_ask_third_parties(says: bool) -> bool:
    return says


_ZH = {
    "STOP-01": "没有对外联系的停止令适用于本次联系；两人解除之前，通知和回复也须等待。",
    "PACK-01": "案件适用的规则包允许联系其借款人。",
    "PACK-02": "案件适用的规则包中至少有一个规定了联系时段；均未规定的，不得联系。",
    "ZONE-01": "已知借款人可能所在的时区；不作猜测。",
    "CAL-01": "时段或天数取决于节假日的，须有该年度官方节假日表；不作猜测。",
    "HOLD-01": "借款人或案件上没有冻结阻止此类联系。",
    "HOLD-02": "所知冻结信息是最新的；可能过时的，仅可发送回复和法定通知。",
    "NUM-01": "号码或地址有来源记录且未被停用；退订者在该处仅可得到一次答复。",
    "NAME-01": "短信或话术须表明机构名称。",
    "THIRD-01": "已拒绝被询问借款人情况的第三人，此后不得再联系。",
    "THIRD-02": "案件适用的规则包中至少有一个规定了何时可以询问第三人；均未规定的，不得询问。",
    "TEXT-01": "用语检查未发现不得对借款人说的内容。",
    "REPLY-01": "回复须针对本人在同一渠道发来的消息；电话则须在本人同意回电的约定时间。",
    "PREF-01": "借款人要求不被打扰的时间，在其撤回前不得联系。",
    "PREF-02": "借款人未要求停用此种联系方式。",
    "PREF-03": "本人要求不被打扰的日期，无论何种缘由，均不得联系。",
}


@cache
def terms_of(predicate: Callable[..., bool]) -> RuleTerms:
    """A rule of our own as packs have theirs. It always refuses."""
    rule = rule_of(predicate)
    return RuleTerms(rule.id, rule.summary, _ZH[rule.id], strength="must", source="house")


def ask(
    predicate: Callable[..., bool], passed: bool, said: tuple[str, str] = ("", ""), opens: Opens | None = None,
    **facts: object,
) -> Question:  # fmt: skip
    """A rule of our own as a question; `opens` when time changes the answer."""
    return Question(terms_of(predicate), opens or when(passed), said, facts)
