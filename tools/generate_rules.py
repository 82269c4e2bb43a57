"""docs/generated/business-rules.md: every rule with its sentence and source, from the predicates themselves."""

import pkgutil
from importlib import import_module
from itertools import groupby

import services
from services.common.kernel.rule import BusinessRule, business_rules
from tools.generate import HEADING

PATH = "docs/generated/business-rules.md"


def load_domains() -> None:
    """Import the domain modules of every service; rules live nowhere else."""
    for service in pkgutil.iter_modules(services.__path__, "services."):
        package = import_module(service.name)
        if any(module.name == "domain" for module in pkgutil.iter_modules(package.__path__)):
            domain = import_module(f"{service.name}.domain")
            for module in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
                import_module(module.name)


def ours() -> list[BusinessRule]:
    """The rules of the domains, by group and id."""
    load_domains()
    return [rule for rule in business_rules() if rule.where.startswith("services.")]


def documents() -> dict[str, str]:
    """The one document."""
    parts = [
        f"# Business rules\n\n{HEADING}\n\nA rule is a pure predicate; its numbers are in the dated YAML of `policy/` "
        "of its service, and every decision stores the\nversion it used.\n"
    ]
    for group, rules in groupby(ours(), key=lambda rule: rule.group):
        rows = "\n".join(f"| {rule.id} | {rule.summary} | {rule.source} | `{rule.where}` |" for rule in rules)
        title = group[:1].upper() + group[1:]
        parts.append(f"## {title}\n\n| rule | in words | source | predicate |\n|---|---|---|---|\n{rows}\n")
    return {PATH: "\n".join(parts)}
