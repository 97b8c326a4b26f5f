"""Queries answered: the table of each check that says how many individuals there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kmodel.ground import Grounding, Table, describe
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.files import find
from kmodel.pipeline.jobs import plan
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import Specs, link
from kmodel.semantics import initial
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.module import QuerySymbol


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's table in one check, as texts."""

    check: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def answers(name: str, request: Request) -> Iterator[Answer]:
    """The query's table in every check of its module. Rejected where there is none."""
    inputs = find(request.paths)
    specs = link(inputs.specs)
    if inputs.diagnostics or specs.diagnostics:
        raise Rejected((*inputs.diagnostics, *specs.diagnostics))
    query = _query(name, specs)
    jobs = [job for job in plan(inputs, specs, request).jobs if query.module in job.check.active]
    if not jobs:
        raise Rejected(
            [
                Diagnostic(
                    "no-check",
                    f"no check is about `{name}`",
                    query.span,
                    (),
                    "write a check with a `scope`, so that there is something to ask about",
                )
            ]
        )
    for job in jobs:
        grounding = Grounding(specs.program, job.check, instance_of(job, specs.program))
        yield _answer(job.check.short, _table(grounding, query))


def _query(name: str, specs: Specs) -> QuerySymbol:
    found = [query for query in specs.program.queries.values() if name in (query.name, query.short)]
    if not found:
        known = ", ".join(f"`{query.short}`" for query in specs.program.queries.values()) or "none"
        raise Rejected([Diagnostic("unknown-query", f"no query is called `{name}`", help=f"the specs given have {known}")])
    return found[0]


def _table(grounding: Grounding, query: QuerySymbol) -> Table:
    """In the first state, if there is one only."""
    first = list(islice(initial(grounding.system), 2)) if all(start.value is not None for start in grounding.system.starts) else []
    return grounding.query_table(query, first[0] if len(first) == 1 else None)


def _answer(check: str, table: Table) -> Answer:
    rows = tuple(tuple(describe(value, type_) for value, (_, type_) in zip(row, table.columns, strict=True)) for row in table.rows)
    return Answer(check, tuple(name for name, _ in table.columns), rows)
