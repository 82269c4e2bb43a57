"""docs/generated/problems.md: every problem type an API answers with, from the errors of all modules."""

import pkgutil
from importlib import import_module

import services
from services.common.kernel.errors import ForbearError
from services.common.runtime.http.problems import BASE, ProblemType, catalogue
from tools.generate import HEADING

PATH = "docs/generated/problems.md"
OURS = "services."
UNEXPECTED = "Something unexpected happened; the correlation id finds the line in the log."


def load_all() -> None:
    """Import every module of the services, so that each error class is known; migrations are no modules of ours."""
    for module in pkgutil.walk_packages(services.__path__, OURS):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)


def reaches_callers(problem: ProblemType) -> bool:
    """An error of ours without a status of its own is answered as `internal-error`, whatever its class."""
    return problem.status != ForbearError.status or problem.slug == ForbearError.problem


def _row(problem: ProblemType) -> str:
    again = "yes" if problem.retryable else "no"
    meaning = UNEXPECTED if problem.slug == ForbearError.problem else problem.meaning
    return f"| `{problem.slug}` | {problem.status} | {problem.title} | {problem.title_zh} | {meaning} | {again} |"


def _order(problem: ProblemType) -> tuple[int, str]:
    return problem.status, problem.slug


def documents() -> dict[str, str]:
    """The one document."""
    load_all()
    rows = "\n".join(_row(problem) for problem in sorted(catalogue(), key=_order) if reaches_callers(problem))
    text = f"""# Problems

{HEADING}

Every refusal is an RFC 9457 document (`application/problem+json`) with `type`, `title`, `status`, `detail` and
`correlation_id`; the type is `{BASE}` followed by the name below. `errors` names places in the request,
never the values that were sent. Title and detail are Chinese where `Accept-Language` prefers it. "Again" says
whether the same request may succeed later without a change.

| name | status | title | in Chinese | meaning | again |
|---|---|---|---|---|---|
{rows}
"""
    return {PATH: text}
