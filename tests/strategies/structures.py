"""Finite structures for first-order formulas: what a state of a scope says of each symbol, and what formulas are worth there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from kmodel.ground import Grounding, decode
from kmodel.ground.open.logic import App, Formula, Lit, Op, Quantified, Sort, Var
from kmodel.ground.open.updates import OpenAction
from kmodel.ground.open.worth import ITEM, KEY, PRESENT, VALUE
from kmodel.ground.system import State
from kmodel.typed.types import EntityType, EnumType, MapType, OptionalType, RangeType, SetType, Type
from kmodel.typed.values import Individual, MapValue, Member

Lookup = Callable[[str, tuple[Any, ...], Sort], Any]
_LAWS: Mapping[str, Callable[..., Any]] = {
    "not": lambda a: not a,
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
    "iff": lambda a, b: a == b,
    "equal": lambda a, b: a == b,
    "distinct": lambda *parts: len(set(parts)) == len(parts),
    "at_most": lambda a, b: a <= b,
    "if": lambda c, a, b: a if c else b,
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
}


@dataclass(frozen=True)
class Structure:
    """The members of each sort, and what the symbols are worth."""

    grounding: Grounding
    lookup: Lookup

    def members(self, sort: Sort) -> Sequence[Any]:
        if sort.kind == "free":
            return self.grounding.world.population.individuals[sort.name] or (None,)
        return {"bool": (False, True), "enum": sort.members}.get(sort.kind) or range(-1, 5)

    def worth(self, formula: Formula, env: Mapping[Var, Any]) -> Any:
        match formula:
            case Var():
                return env[formula]
            case Lit(value):
                return value
            case App(symbol, arguments):
                return self.lookup(symbol.name, tuple(self.worth(each, env) for each in arguments), symbol.result)
            case Op(op, arguments):
                return _LAWS[op](*(self.worth(each, env) for each in arguments))
            case Quantified(op, variables, body):
                return (all if op == "forall" else any)(self.worth(body, {**env, **row}) for row in self.rows(variables))

    def rows(self, variables: Sequence[Var]) -> Iterator[dict[Var, Any]]:
        for row in product(*(self.members(var.sort) for var in variables)):
            yield dict(zip(variables, row, strict=True))

    def steps(self, action: OpenAction) -> Iterator[Structure]:
        """The structures after the action, one for each choice of its parameters that the guard allows."""
        for env in self.rows(action.parameters):
            if self.worth(action.guard, env):
                yield Structure(self.grounding, self._after(action, env))

    def _after(self, action: OpenAction, env: Mapping[Var, Any]) -> Lookup:
        updates = {(symbol.name, len(symbol.arguments)): update for symbol, update in action.updates.items()}

        def lookup(name: str, arguments: tuple[Any, ...], sort: Sort) -> Any:
            update = updates.get((name, len(arguments)))
            if update is None:
                return self.lookup(name, arguments, sort)
            return self.worth(update.value, {**env, **dict(zip(update.parameters, arguments, strict=True))})

        return lookup

    def canonical(self) -> tuple[Any, ...]:
        """What the structure says of the state, without what means nothing (values that are absent, individuals that do not exist)."""
        return tuple(self._individual(entity, who) for entity, all_ in self.grounding.world.population.individuals.items() for who in all_)

    def _individual(self, entity: str, who: Individual) -> Any:
        symbol = self.grounding.program.entities[entity]
        if not self.lookup(f"{entity}.exists", (who,), Sort("bool", "bool")):
            return None
        fields = [each for each in symbol.fields if each.kind == "var"]
        return tuple(self._value(each.type, f"{entity}.{each.name}", (who,)) for each in fields)

    def _value(self, type_: Type, name: str, arguments: tuple[Any, ...]) -> Any:
        match type_:
            case OptionalType(item):
                there = self.lookup(name + PRESENT, arguments, Sort("bool", "bool"))
                return ("some", self._value(item, name + ITEM, arguments)) if there else None
            case SetType(EntityType(entity)):
                individuals = self.grounding.world.population.individuals[entity]
                return frozenset(who for who in individuals if self.lookup(name, (*arguments, who), Sort("bool", "bool")))
            case MapType(EntityType(entity), inner):
                individuals = self.grounding.world.population.individuals[entity]
                known = (who for who in individuals if self.lookup(name + KEY, (*arguments, who), Sort("bool", "bool")))
                return tuple((who, self._value(inner, name + VALUE, (*arguments, who))) for who in known)
            case _:
                return self.lookup(name, arguments, _sort(type_, self.grounding))


def _sort(type_: Type, grounding: Grounding) -> Sort:
    match type_:
        case EnumType(name):
            return Sort(name, "enum", grounding.program.enums[name].members)
        case EntityType(name):
            return Sort(name, "free")
        case RangeType():
            return Sort("int", "int")
        case _:
            return Sort("bool", "bool")


def structure(grounding: Grounding, state: State) -> Structure:
    """What a state says."""
    facts: dict[tuple[str, tuple[Any, ...]], Any] = {}
    for place in grounding.system.places:
        if place.individual is None:
            continue
        if place.name != "exists":
            _flatten(facts, place.type, f"{place.individual.entity}.{place.name}", (place.individual,), decode(place.shape, state))
        else:
            facts[f"{place.individual.entity}.exists", (place.individual,)] = decode(place.shape, state)
    pools = {name for name, entity in grounding.program.entities.items() if entity.pool}

    def lookup(name: str, arguments: tuple[Any, ...], sort: Sort) -> Any:
        entity = name.removesuffix(".exists")
        if name.endswith(".exists") and entity not in pools:
            return arguments[0] is not None
        least = {"bool": False, "int": 0, "enum": sort.members[:1] and sort.members[0]}
        if sort.kind == "free":
            least["free"] = next(iter(grounding.world.population.individuals[sort.name]), None)
        return facts.get((name, arguments), least.get(sort.kind))

    return Structure(grounding, lookup)


def _flatten(facts: dict[tuple[str, tuple[Any, ...]], Any], type_: Type, name: str, arguments: tuple[Any, ...], value: Any) -> None:
    match type_:
        case OptionalType(item):
            facts[name + PRESENT, arguments] = value is not None
            if value is not None:
                _flatten(facts, item, name + ITEM, arguments, value)
        case SetType():
            facts.update({(name, (*arguments, each)): True for each in value})
        case MapType(_, inner):
            assert isinstance(value, MapValue)
            for key, each in value.pairs:
                facts[name + KEY, (*arguments, key)] = True
                _flatten(facts, inner, name + VALUE, (*arguments, key), each)
        case _:
            facts[name, arguments] = value.name if isinstance(value, Member) else value
