"""The page that says what was counted; numbers of policies in its words are those of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

from bench.uci_forward.clients import Client
from bench.uci_forward.judging import MONTHS, Outcome, Played, Size, Tally, by_bucket, played
from bench.uci_forward.plans import APRIL, SEPTEMBER, Start, longest, policies
from services.followup.domain.verdict import Standing

COMMAND = ".venv/bin/python -m bench.uci_forward"
PATH = "docs/uci-played-forward.md"
SHORTER = (24, 12)
#: Standings as the tables say them.
_WORDS = {
    Standing.ON_TRACK: "on track",
    Standing.AT_RISK: "at risk",
    Standing.BROKEN_CANDIDATE: "candidate for broken",
    Standing.COMPLETED: "completed",
}
_COUNTED = (*Outcome, *_WORDS.values())


def page(clients: Sequence[Client], sample: Sequence[Played], heard: int) -> str:
    """The whole page. `sample` are the agreements that the service judged too, from so many postings heard."""
    months, one = longest(clients[0], APRIL), sample[0]
    april = {term: by_bucket(clients, APRIL, term) for term in (months, *SHORTER)}
    september = {term: by_bucket(clients, SEPTEMBER, term) for term in (months, *SHORTER)}
    terms = [
        (f"{start.title}, {term}", together(found))
        for start, by_term in ((APRIL, april), (SEPTEMBER, september))
        for term, found in by_term.items()
    ]
    return (files("bench.uci_forward") / "page.txt").read_text("utf-8").format(
        command=COMMAND,
        clients=f"{len(clients):,}",
        plans=f"{together(april[months]).plans:,}",
        later_plans=f"{together(september[months]).plans:,}",
        months=months,
        catalogue=policies().reliefs.on(APRIL.day).version,
        april=bucket_table(april[months]),
        monthly=_month_table(clients, APRIL, months),
        september=bucket_table(september[months]),
        terms=_table("bill, instalments", terms),
        sizes=_size_table(terms),
        sample=f"{len(sample):,}",
        heard=f"{heard:,}",
        grace=one.house_terms.grace_days,
        tolerance=one.house_terms.tolerance_percent,
        missed_most=one.house_terms.broken_after_missed,
        missed_days=one.house_terms.broken_after_days,
        first_due=f"{one.schedule[0].due_date:%-d %B}",
        closed=f"{one.last_good_days()[-1]:%-d %B %Y}",
    )  # fmt: skip


def bucket_table(found: Mapping[str, Tally]) -> str:
    """A row for each bucket, and one for all together."""
    return _table("bucket", [*found.items(), ("together", together(found))])


def together(found: Mapping[str, Tally]) -> Tally:
    """All buckets as one."""
    total = Tally()
    for one in found.values():
        total.take(one)
    return total


def _month_table(clients: Sequence[Client], start: Start, months: int) -> str:
    """How each instalment was judged on its own last good day, and where agreements stood then."""
    plans = [one for client in clients if (one := played(client, start, months))]
    rows: list[tuple[str, Tally]] = []
    for month in range(1, MONTHS + 1):
        tally = Tally()
        for one in plans:
            tally.add_month(one, month)
        rows.append((f"{plans[0].schedule[month - 1].due_date:%B}", tally))
    return _table("instalment of", rows)


def _size_table(rows: Iterable[tuple[str, Tally]]) -> str:
    lines = [_line(name, *(f"{tally.sizes[size]:,}" for size in Size)) for name, tally in rows]
    return "\n".join([_heading("bill, instalments", *Size), *lines])


def _table(first: str, rows: Iterable[tuple[str, Tally]]) -> str:
    return "\n".join([_heading(first, "clients", "plans", *_COUNTED), *(_row(name, tally) for name, tally in rows)])


def _row(name: str, tally: Tally) -> str:
    outcomes, standings = [tally.outcomes[one] for one in Outcome], [tally.standings[one] for one in _WORDS]
    return _line(name, *(f"{count:,}" for count in (tally.clients, tally.plans, *outcomes, *standings)))


def _heading(first: str, *columns: str) -> str:
    return _line(first, *columns) + "\n" + _line("---", *("--:",) * len(columns))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
