"""What a query reads: fields of entities, and whether it tells individuals apart by more than their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from kmodel.records import dataclass
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import Program
from kmodel.typed.types import EntityType, ListType, MapType, OptionalType, SetType, TupleType, Type
from kmodel.typed.walk import parts


@dataclass(slots=True)
class Reads:
    """`fields` are read of each entity (by qualified names), the defaults of fields not looked into; individuals of `told_apart`
    are compared, counted or named, so that equal fields do not make them alike. `entities` are met at all."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    told_apart: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)


def reads(program: Program, exprs: Iterable[Expr], active: frozenset[str], deep: bool = False) -> Reads:
    """Of the expressions and of all defs and rules that they lead to; `deep`: of the defaults of fields too."""
    found, seen = Reads(), set[str]()
    waiting = list(exprs)
    while waiting:
        expr = waiting.pop()
        for each in _everything(expr):
            _note(found, each)
            for key, more in _led_to(program, each, active, deep):
                if key not in seen:
                    seen.add(key)
                    waiting += more
    return found


def _everything(expr: Expr) -> Iterator[Expr]:
    yield expr
    for part, _ in parts(expr):
        yield from _everything(part)


def _led_to(program: Program, expr: Expr, active: frozenset[str], deep: bool) -> Iterator[tuple[str, list[Expr]]]:
    match expr:
        case typed.CallDef(name):
            yield f"def {name}", [program.defs[name].body]
        case typed.Holds(relation):
            rules = [rule for rule in program.rules if rule.relation == relation and rule.module in active]
            bodies = [each for rule in rules for each in (*rule.head, rule.condition) if each is not None]
            yield f"relation {relation}", bodies
        case typed.ConstRef(name):
            value = program.consts[name].value
            yield f"const {name}", [] if value is None else [value]
        case typed.FieldRef(_, entity, field_name) if deep:
            symbol = next(each for each in program.entities[entity].fields if each.name == field_name)
            yield f"field {entity}.{field_name}", [] if symbol.default is None else [symbol.default]
        case _:
            pass


def _note(found: Reads, expr: Expr) -> None:
    found.entities |= set(_entities(expr.type))
    match expr:
        case typed.FieldRef(_, entity, name):
            found.fields.setdefault(entity, set()).add(name)
        case typed.All(of):
            found.entities |= set(_entities(of))
        case typed.Apply(_, arguments):
            found.told_apart |= {entity for argument in arguments for entity in _entities(argument.type)}
        case _:
            pass


def _entities(type_: Type) -> Iterator[str]:
    match type_:
        case EntityType(name):
            yield name
        case OptionalType(item) | SetType(item) | ListType(item):
            yield from _entities(item)
        case MapType(key, value):
            yield from _entities(key)
            yield from _entities(value)
        case TupleType(items):
            for item in items:
                yield from _entities(item)
        case _:
            return
