"""Finds what the domains of the services offer."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

import services
from services.common.kernel.formula import Formula, formulas


def load_domains() -> None:
    """Import the domain modules of every service; rules and formulas live nowhere else."""
    for service in pkgutil.iter_modules(services.__path__, "services."):
        package = import_module(service.name)
        if any(module.name == "domain" for module in pkgutil.iter_modules(package.__path__)):
            domain = import_module(f"{service.name}.domain")
            for module in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
                import_module(module.name)


def offered() -> Mapping[str, Formula]:
    """Every formula of the services by name."""
    load_domains()
    return {name: found for name, found in formulas().items() if found.where.startswith("services.")}
