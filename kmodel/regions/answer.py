"""A query answered exactly: individuals that it cannot tell apart as one class, all other parameters as axes cut where the rules cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import kmodel.regions.binders
import kmodel.regions.forms  # noqa: F401 # they complete the compiler's table of forms
from kmodel.ground.evaluate import Surroundings
from kmodel.records import dataclass
from kmodel.regions.axes import Axis
from kmodel.regions.compiler import Compiler
from kmodel.regions.diagrams import Region
from kmodel.regions.reads import Reads, reads
from kmodel.regions.why import Reason, Why
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.expressions import Expr
from kmodel.typed.module import Program, QuerySymbol
from kmodel.typed.types import BoolType, EntityType
from kmodel.typed.values import Individual, Value


@dataclass(frozen=True, slots=True)
class Class:
    """Individuals that a query treats alike."""

    entity: str
    individuals: tuple[Individual, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`rows` say for each choice of classes (in the order of the query's entity parameters) where the query holds; where that is
    nowhere, there is no row. `axes` are the other parameters, by name."""

    query: QuerySymbol
    axes: Mapping[str, Axis]
    classes: tuple[tuple[Class, ...], ...]
    rows: tuple[tuple[tuple[int, ...], Region], ...]


class Regions:
    """Answers queries in one set of surroundings, and remembers what it worked out between them."""

    def __init__(self, program: Program, world: Surroundings, compiler: Compiler, active: frozenset[str]) -> None:
        self.program, self.world, self.compiler, self.active = program, world, compiler, active
        self.partitions: dict[tuple[str, frozenset[str], bool], tuple[Class, ...]] = {}
        self.axes: dict[str, Mapping[str, Axis]] = {}

    def answer(self, query: QuerySymbol, wanted: Callable[[str, Individual], bool] | None = None) -> Answer:
        """The query for all individuals, or those `wanted` for a parameter. Rejected where its answer is no set of ranges."""
        if not isinstance(query.result, BoolType):
            raise Rejected([Diagnostic("not-a-condition", f"`{query.short}` gives values, not a condition", query.span)])
        read = reads(self.program, [query.body], self.active)
        entities = [each for each in query.parameters if isinstance(each.type, EntityType)]
        axes = self.axes_of(query)
        classes = tuple(self._wanted(self.classes(each.type, read), each.name, wanted) for each in entities)  # type: ignore[arg-type]
        rows = tuple(self._rows(query.body, [each.name for each in entities], classes, axes))
        return Answer(query, axes, classes, rows)

    def axes_of(self, query: QuerySymbol) -> Mapping[str, Axis]:
        """The axes of the parameters that are no individuals."""
        if query.name not in self.axes:
            others = [each for each in query.parameters if not isinstance(each.type, EntityType)]
            self.axes[query.name] = {each.name: self.compiler.axis(each.name, each.type, each.span) for each in others}
        return self.axes[query.name]

    def region(self, query: QuerySymbol, individuals: Mapping[str, Individual]) -> Region:
        """Where the query holds of these individuals."""
        env: dict[str, Any] = {**self.axes_of(query), **{name: self.compiler.store.thing(one) for name, one in individuals.items()}}
        found: Region = self.compiler.code(query.body)(env)
        return found

    def holds(self, query: QuerySymbol, individuals: Mapping[str, Individual], point: Mapping[str, Value]) -> bool:
        """Whether the query holds of these individuals and values."""
        axes = self.axes_of(query)
        place = {axes[name]: axes[name].number(value) for name, value in point.items()}
        return self.compiler.diagrams.at(self.region(query, individuals), place) is True

    def why(self, query: QuerySymbol, individuals: Mapping[str, Individual], point: Mapping[str, Value]) -> tuple[Reason, ...]:
        """What decides whether the query holds of these individuals and values."""
        given = {name: self.compiler.store.enter(value) for name, value in {**individuals, **point}.items()}
        return Why(self.compiler).of(query.body, given)

    def _rows(
        self, body: Expr, names: Sequence[str], classes: Sequence[Sequence[Class]], axes: Mapping[str, Axis]
    ) -> Iterator[tuple[tuple[int, ...], Region]]:
        code = self.compiler.code(body)
        things = [[self.compiler.store.thing(each.individuals[0]) for each in group] for group in classes]
        for row in product(*(range(len(group)) for group in classes)):
            env: dict[str, Any] = dict(axes)
            for name, group, at in zip(names, things, row, strict=True):
                env[name] = group[at]
            region = code(env)
            if region is not False:
                yield row, region

    def classes(self, type_: EntityType, read: Reads) -> tuple[Class, ...]:
        """The individuals of an entity by the values of the fields that are read; each for itself if they are told apart."""
        names, apart = frozenset(read.fields.get(type_.name, ())), type_.name in read.told_apart
        key = (type_.name, names, apart)
        if key not in self.partitions:
            self.partitions[key] = tuple(self._partition(type_, sorted(names), apart))
        return self.partitions[key]

    def _partition(self, type_: EntityType, names: Sequence[str], apart: bool) -> Iterator[Class]:
        groups: dict[object, list[Individual]] = {}
        span = self.program.entities[type_.name].span
        for individual in self.world.values(type_, span):
            assert isinstance(individual, Individual)
            thing = self.compiler.store.thing(individual)
            alike: object = individual if apart else tuple(self.compiler.field_of(thing, name, span) for name in names)
            groups.setdefault(alike, []).append(individual)
        return (Class(type_.name, tuple(group)) for group in groups.values())

    @staticmethod
    def _wanted(classes: tuple[Class, ...], name: str, wanted: Callable[[str, Individual], bool] | None) -> tuple[Class, ...]:
        if wanted is None:
            return classes
        kept = (Class(each.entity, tuple(one for one in each.individuals if wanted(name, one))) for each in classes)
        return tuple(each for each in kept if each.individuals)

    def field(self, individual: Individual, name: str) -> Value:
        """What a field of an individual is worth."""
        span = self.program.entities[individual.entity].span
        return self.compiler.store.leave(self.compiler.field_of(self.compiler.store.thing(individual), name, span))
