"""Queries of one spec file asked about manifests: only what the queries need is read, and what the API server would refuse is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from kmodel.ground.individuals import population
from kmodel.ground.world import World
from kmodel.manifests import Documents, Given, Instance, Object, faults, load, read
from kmodel.pipeline.specs import Specs, link
from kmodel.records import dataclass
from kmodel.regions import Compiler, Regions
from kmodel.regions.reads import reads
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed import Program
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import Condition, QuerySymbol, of_objects
from kmodel.typed.types import EntityType
from kmodel.typed.values import Individual
from kmodel.typed.walk import parts


@dataclass(frozen=True, slots=True)
class Asking:
    """The queries of a file and what answers them; `given` is what manifests say of each individual. `refused` is why the API server
    would refuse objects that are answered for all the same, as what is wrong with them is none of what is read."""

    program: Program
    queries: tuple[QuerySymbol, ...]
    regions: Regions
    instance: Instance
    documents: Documents
    given: Mapping[Individual, Given]
    refused: tuple[Diagnostic, ...]


def ask(spec: Path, manifests: Sequence[str], stdin: Callable[[], str], shown: Iterable[str] = ()) -> Asking:
    """Reads the manifests for all queries of the spec, and the fields `shown` beside. Rejected for bad input, with every fault."""
    specs = _linked(spec)
    documents = load(manifests, stdin)
    (module,) = specs.given or ("",)
    queries = tuple(each for each in specs.program.queries.values() if each.module == module)
    if specs.diagnostics or not queries:
        raise Rejected(specs.diagnostics)
    active = specs.program.closure(module)
    program = _needed(specs.program, queries, active, frozenset(shown))
    instance = read(documents, program, active, {})
    if instance.diagnostics:
        raise Rejected(instance.diagnostics)
    regions = _regions(program, queries[0], active, instance)
    given = {each.individual: each for group in instance.given.values() for each in group}
    wrong = [(item, fault) for item in documents.objects for fault in faults(item)]
    told = _told(program, active, instance)
    meant = [(str(item), fault) for item, fault in wrong if str(item) in told and not _in_name(item, fault)]
    sound = {one: each for one, each in given.items() if each.object not in dict(meant)}
    refused = (*(fault for _, fault in meant), *refusals(regions, program, active, sound))
    if refused:
        raise Rejected(refused)
    return Asking(program, queries, regions, instance, documents, given, tuple(fault for _, fault in wrong))


def _told(program: Program, active: frozenset[str], instance: Instance) -> set[str]:
    """The objects that assumptions are about: the spec wants them as the API server takes them."""
    conditions = (each.condition for each in program.assumptions if each.module in active)
    about = {
        bound.type.name
        for condition in conditions
        for part in _conjuncts(condition)
        if isinstance(part, typed.Quantified) and part.op == "forall"
        for bound in part.bound
        if isinstance(bound.type, EntityType)
    }
    return {each.object for name in about for each in instance.given.get(name, ())}


def _in_name(item: Object, fault: Diagnostic) -> bool:
    """How an object is called and labelled changes nothing of what it says."""
    named = item.root.fields["metadata"].span
    return fault.span is not None and named.start <= fault.span.start < named.end


@cache
def _linked(spec: Path) -> Specs:
    """A library's spec does not change while kmodel runs, and two states of manifests may be asked."""
    return link((spec,))


def _needed(program: Program, queries: Sequence[QuerySymbol], active: frozenset[str], shown: frozenset[str]) -> Program:
    """The program without the entities and fields that neither the queries nor the assumptions lead to."""
    assumed = [each.condition for each in program.assumptions if each.module in active]
    own = [
        field.default
        for entity in program.entities.values()
        for field in entity.fields
        if field.name in shown and field.default is not None
    ]
    found = reads(program, [*(query.body for query in queries), *assumed, *own], active, deep=True)
    entities = found.entities | {each.type.name for query in queries for each in query.parameters if isinstance(each.type, EntityType)}
    kept = {
        name: replace(entity, fields=tuple(each for each in entity.fields if each.name in found.fields.get(name, ()) or each.name in shown))
        for name, entity in program.entities.items()
        if name in entities
    }
    return replace(program, entities=kept)


def _regions(program: Program, query: QuerySymbol, active: frozenset[str], instance: Instance) -> Regions:
    check = of_objects(query, active)
    world = World(program, check, population(program, check, instance))
    compiler = Compiler(world, world.bounds)
    world.evaluated = lambda definition: compiler.store.leave(compiler.defined(definition, query.span))
    return Regions(program, world, compiler, active)


# ---- what is refused


def refusals(regions: Regions, program: Program, active: frozenset[str], given: Mapping[Individual, Given]) -> Iterator[Diagnostic]:
    """The objects that an assumption rules out, each with the place that it is about."""
    for assumption in program.assumptions:
        if assumption.module in active:
            for part in _conjuncts(assumption.condition):
                yield from _broken(regions, assumption, part, given)


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, typed.Apply) and expr.op == "and":
        for each in expr.arguments:
            yield from _conjuncts(each)
    else:
        yield expr


def _broken(regions: Regions, assumption: Condition, part: Expr, given: Mapping[Individual, Given]) -> Iterator[Diagnostic]:
    """The individuals of which it is not so, where it says something of each; else that it is not so."""
    sentence = assumption.name.rpartition(".")[2].replace("_", " ")
    match part:
        case typed.Quantified("forall", (bound,), None, body) if isinstance(bound.domain, typed.All) and isinstance(bound.type, EntityType):
            code = regions.compiler.code(body)
            for thing in regions.compiler.things(bound.type, bound.span):
                if code({bound.name: thing}) is False and (one := given.get(thing.individual)) is not None:
                    yield _refused(f"the API server refuses {one.object}: {sentence}", _place(one, bound.name, body))
        case _:
            if regions.compiler.code(part)({}) is False:
                yield _refused(f"the API server refuses these objects: {sentence}", assumption.span)


def _refused(message: str, span: Span) -> Diagnostic:
    return Diagnostic("refused-object", message, span, (), "correct the manifest; `kubectl apply --dry-run=server` says the same")


def _place(one: Given, variable: str, body: Expr) -> Span:
    """Where the first field stands that the condition is about; else the object or part itself."""
    for field in _fields(variable, body):
        if field in one.spans:
            return one.spans[field]
    return one.span


def _fields(variable: str, expr: Expr) -> Iterator[str]:
    match expr:
        case typed.FieldRef(target=typed.Local(name=name), field_name=field) if name == variable:
            yield field
        case _:
            for part, _ in parts(expr):
                yield from _fields(variable, part)
