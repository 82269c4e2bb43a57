"""docs/generated/business-rules.md: every rule of the packs and of the code, with its numbers, code and tests."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby

from forbear.calc.offered import load_domains
from services.common.kernel.formula import formulas
from services.common.kernel.rule import BusinessRule, business_rules
from services.common.packs.loader import load_packs
from services.common.packs.rules import FROM_THE_START, Pack, Packs, Rule
from services.common.packs.vocabulary import Binding, Verified
from tools.covered import NOTHING, cell, links, marked, named, numbered
from tools.generate import HEADING

Tests = Mapping[str, list[str]]
PATH = "docs/generated/business-rules.md"
INTRODUCTION = f"""# Business rules

{HEADING}

The first part is the law as the rule packs have it (`services/common/packs/jurisdictions`), the second what else the
code asks. A predicate is pure; its numbers are dated data, and every decision stores the version it used. *Code* is the
predicate or formula, and files that name the rule or ask all rules of a case for a number that it has; *tests* are
those marked with its id. A bank's overlay may tighten a number in the direction that stands behind it.
"""
_READ = {
    Verified.PRIMARY: "read in the source",
    Verified.SECONDARY: "read in a secondary source",
    Verified.DRAFT: "only a draft was read",
    Verified.UNVERIFIED: "**not verified**",
    Verified.HOUSE: "the house's own",
}


def ours() -> list[BusinessRule]:
    """The rules of the domains, by group and id."""
    load_domains()
    return [rule for rule in business_rules() if rule.where.startswith("services.")]


def documents() -> dict[str, str]:
    """The one document."""
    rules = ours()
    packs = load_packs()
    ids = {rule.id for rule in packs.every()}
    code, tests = _code(ids | {rule.id for rule in rules}, _numbers(packs)), marked("rule")
    summary = (
        f"Of {len(ids)} rules of the packs {len(ids & set(code))} have code and {len(ids & set(tests))} have tests."
    )
    parts = [INTRODUCTION, f"{summary}\n"]
    parts += [_pack(pack, code, tests) for pack in packs.by_name.values()]
    parts.append("## What else the code asks\n")
    others = [rule for rule in rules if rule.id not in ids]
    for group, members in groupby(others, key=lambda rule: rule.group):
        rows = "\n".join(
            f"| {r.id} | {cell(r.summary)} | {cell(r.source)} | `{_place(r.where)}` | {_shown(tests, r.id)} |"
            for r in members
        )
        head = "| rule | in words | source | predicate | tests |\n|---|---|---|---|---|"
        parts.append(f"### {group[:1].upper() + group[1:]}\n\n{head}\n{rows}\n")
    return {PATH: "\n".join(parts)}


def _numbers(packs: Packs) -> dict[str, set[str]]:
    """By rule of the packs what code calls its numbers."""
    names: dict[str, set[str]] = defaultdict(set)
    for rule in packs.every():
        for name, parameter in rule.parameters.items():
            names[rule.id] |= {name} | ({parameter.dimension} if parameter.dimension else set())
    return names


def _code(ids: set[str], numbers: Mapping[str, set[str]]) -> dict[str, str]:
    """What a reader finds the rule by: its predicate and formulas, and files that name it or ask for its numbers."""
    by_function: dict[str, list[str]] = defaultdict(list)
    for rule in business_rules():
        by_function[rule.id].append(rule.where)
    for formula in formulas().values():
        for rule_id, _ in formula.terms.values():
            by_function[rule_id].append(formula.where)
    functions = {id: [f"`{_place(where)}`" for where in sorted(set(found))] for id, found in by_function.items()}
    files, by_number = named(ids), numbered(numbers)
    said = {}
    for id in sorted(ids & {*functions, *files, *by_number}):
        modules = {where.rpartition(".")[0].replace(".", "/") + ".py" for where in by_function[id]}
        further = links(sorted({*files.get(id, []), *by_number.get(id, [])} - modules))
        said[id] = ", ".join([*functions.get(id, []), *([further] if further else [])])
    return said


def _place(where: str) -> str:
    return where.removeprefix("services.")


def _pack(pack: Pack, code: dict[str, str], tests: Tests) -> str:
    within = f", within `{pack.within}`" if pack.within else ""
    columns = ("rule", "in words", "numbers", "in force", "strength, for whom", "source", "code", "tests")
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    rows = "\n".join(_row(list(periods), code, tests) for _, periods in groupby(pack.rules, key=lambda rule: rule.id))
    return f"## {pack.title} · {pack.title_zh} (`{pack.name}`{within})\n\n{head}\n{rows}\n"


def _row(periods: list[Rule], code: dict[str, str], tests: Tests) -> str:
    rule = periods[-1]
    numbers = "; ".join(
        f"`{name}` {cell(str(parameter))} ({str(parameter.stricter).replace('_', ' ')})"
        for name, parameter in sorted(rule.parameters.items())
    )
    cells = [
        rule.id,
        f"{cell(rule.sentence)} {cell(rule.sentence_zh)}",
        numbers,
        "; ".join(_period(period) for period in periods),
        f"{str(rule.strength).replace('_', ' ')}; {_whom(rule)}",
        f"{cell(rule.source)}: {_READ[rule.verified]}, {rule.reviewed}"
        + (f". {cell(rule.doubt)}" if rule.doubt else ""),
        code.get(rule.id, NOTHING),
        _shown(tests, rule.id),
    ]
    return f"| {' | '.join(cells)} |"


def _shown(tests: Tests, id: str) -> str:
    return links(tests.get(id, [])) or NOTHING


def _period(rule: Rule) -> str:
    began = "from the start" if rule.effective_from == FROM_THE_START else f"from {rule.effective_from}"
    ended = f" until {rule.effective_to}" if rule.effective_to else ""
    adopted = " (adopted)" if set(rule.actors.values()) == {Binding.ADOPTED} else ""
    return f"{began}{ended}{adopted}"


def _whom(rule: Rule) -> str:
    actors = ", ".join(f"{str(actor).replace('_', ' ')} {binding}" for actor, binding in rule.actors.items())
    limits = [*sorted(rule.products or ()), *sorted(rule.channels or ())]
    only = f"; only {', '.join(str(limit).replace('_', ' ') for limit in limits)}" if limits else ""
    return f"{actors}{only}"
