"""Queries answered: the table of each check that says how many individuals there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kmodel.ground import Grounding, Table, describe
from kmodel.manifests import load
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.files import Inputs, find, spec_files
from kmodel.pipeline.jobs import Job, plan
from kmodel.pipeline.overrides import overridden
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import Specs, link
from kmodel.records import dataclass
from kmodel.semantics import initial
from kmodel.source import Diagnostic, Rejected, data
from kmodel.typed.module import QuerySymbol, of_objects


@dataclass(frozen=True, slots=True)
class Answer:
    """A query's table in one check, as texts."""

    check: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def answers(name: str, request: Request) -> Iterator[Answer]:
    """The query's table in every check that it belongs to, or of the objects given. Rejected where there is none."""
    inputs = find(request.paths)
    specs = link(inputs.specs or tuple(spec_files(data("spec"))))
    if inputs.diagnostics or (inputs.specs and specs.diagnostics):
        raise Rejected((*inputs.diagnostics, *specs.diagnostics))
    query = _query(name, specs)
    for job in _jobs(query, inputs, specs, request):
        instance = instance_of(job, specs.program)
        if instance is not None and instance.diagnostics:
            raise Rejected(instance.diagnostics)
        yield _answer(job.check.short, _table(Grounding(specs.program, job.check, instance), query))


def _jobs(query: QuerySymbol, inputs: Inputs, specs: Specs, request: Request) -> tuple[Job, ...]:
    """The checks that see the query; for objects of which no check is, the objects themselves."""
    planned = plan(inputs, specs, request)
    jobs = tuple(job for job in planned.jobs if query.module in job.check.active and (inputs.specs or job.check.cluster == ()))
    if jobs:
        return jobs
    if inputs.manifests:
        check = overridden(of_objects(query, specs.program.closure(query.module)), specs.program, request)
        return (Job(check, inputs.manifests, load(inputs.manifests, request.stdin)),)
    help_ = "write a check with a `scope`, so that there is something to ask about, or give manifests"
    raise Rejected([Diagnostic("no-check", f"no check is about `{query.short}`", query.span, help=help_), *planned.diagnostics])


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
