"""What a finished case cost: history events, SQL statements, Kafka messages, rows. Counted, because machines differ."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from prometheus_client.parser import text_string_to_metric_families

from forbear.doctor.look import Look, fetch
from forbear.doctor.verdicts import CannotLook
from services.common.contracts.workflows import agreement_workflow_id

STATEMENTS = "forbear_sql_statements_total"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure over the cases that have it."""

    name: str
    cases: int
    median: float
    most: float


@dataclass(slots=True)
class Cost:
    """`means` are figures that are known for all cases together only; `missing` says what could not be counted."""

    cases: int
    lines: list[Line] = field(default_factory=list)
    means: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, by_case: Mapping[UUID, int]) -> None:
        """Add a figure; a case that is not in it is left out of it."""
        values = list(by_case.values())
        self.lines.append(Line(name, len(values), median(values) if values else 0, max(values, default=0)))


async def cost_of(look: Look) -> Cost:
    """Count everything that can be counted. CannotLook when it is not known which cases are finished."""
    closed = "SELECT case_id FROM collections_case WHERE state = 'CLOSED'"
    finished = {row["case_id"] for row in await look.rows("intake", closed)}
    cost = Cost(len(finished))
    parts: list[Callable[[Look, set[UUID], Cost], Awaitable[None]]] = [_events, _messages, _rows, _statements]
    for part in parts:
        try:
            await part(look, finished, cost)
        except CannotLook as reason:
            cost.missing.append(str(reason))
    return cost


_AGREEMENTS = "SELECT agreement_id, case_id, round FROM agreement"
_MESSAGES = "SELECT case_id, purpose, object_ref, version, jsonb_array_length(tried) AS tried FROM message"
_PAID = """
SELECT a.case_id, count(*) AS instalments FROM agreement a JOIN instalment i USING (agreement_id)
GROUP BY a.case_id
HAVING bool_and(i.state = 'PAID') AND count(DISTINCT a.agreement_id) = 1 AND bool_and(a.state = 'completed')
"""


async def _events(look: Look, finished: set[UUID], cost: Cost) -> None:
    """History events, all together, by kind of workflow, and of the agreed plans that were paid in time to the end."""
    owners = {
        agreement_workflow_id(row["agreement_id"]): row["case_id"] for row in await look.rows("followup", _AGREEMENTS)
    }
    for row in await look.rows("contact", _MESSAGES):
        once = f"message/{row['purpose']}/{row['object_ref']}/{row['version']}"
        owners |= dict.fromkeys([once, *(f"{once}/{number + 1}" for number in range(row["tried"]))], row["case_id"])
    together: Counter[UUID] = Counter()
    by_kind: dict[str, Counter[UUID]] = defaultdict(Counter)
    for run in await (await look.workflows()).listed():
        case_id = owners.get(run.workflow_id) or _case_in(run.workflow_id)
        if case_id in finished:
            together[case_id] += run.events
            by_kind[run.kind][case_id] += run.events
    cost.add("history events", together)
    for kind in sorted(by_kind):
        cost.add(f"  {kind}", by_kind[kind])
    paid = {row["case_id"]: row["instalments"] for row in await look.rows("followup", _PAID)}
    straight = {case_id: events for case_id, events in together.items() if case_id in paid}
    cost.add("history events, plan paid in time to the end", straight)
    cost.add("  its instalments", {case_id: paid[case_id] for case_id in straight})


def _case_in(workflow_id: str) -> UUID | None:
    kind, _, rest = workflow_id.partition("/")
    try:
        return UUID(rest.partition("/")[0]) if kind == "case" else None
    except ValueError:
        return None


async def _messages(look: Look, finished: set[UUID], cost: Cost) -> None:
    keys = {str(case_id).encode(): case_id for case_id in finished}
    cost.add("Kafka messages", Counter(keys[message.key] for message in await look.messages() if message.key in keys))


_TABLES = """
SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'case_id' AND data_type = 'uuid'
ORDER BY table_name
"""


async def _rows(look: Look, finished: set[UUID], cost: Cost) -> None:
    rows: Counter[UUID] = Counter()
    outbox: Counter[UUID] = Counter()
    for service in look.services:
        for table in await look.rows(service, _TABLES):
            query = f'SELECT case_id, count(*) AS rows FROM "{table["table_name"]}" GROUP BY case_id'  # noqa: S608 - catalog names
            for row in await look.rows(service, query):
                if row["case_id"] in finished:
                    rows[row["case_id"]] += row["rows"]
                    if table["table_name"] == "outbox":
                        outbox[row["case_id"]] += row["rows"]
    cost.add("rows that name the case", rows)
    cost.add("  of them in outboxes", outbox)


async def _statements(look: Look, finished: set[UUID], cost: Cost) -> None:
    """Statements since the processes started, over all cases: exact when every case began and ended in that time."""
    if not finished:
        return
    total = 0.0
    for service in look.services:
        if service not in look.places.services:
            raise CannotLook(f"nobody says where {service} is")
        answer = await fetch(f"{look.places.services[service]}/metrics", service)
        figures = [
            sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
            if sample.name == STATEMENTS
        ]
        if not figures:
            raise CannotLook(f"{service} does not count its statements")
        total += sum(figures)
    cost.means["SQL statements"] = total / len(finished)
