"""The operators where scopes are open: one row each for those that there are words for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from kmodel.ground.open.logic import BOOL, FALSE, TRUE, App, Formula, Lit, Symbol, Var, and_, exists, if_, implies, not_, number, or_, same
from kmodel.ground.open.worth import (
    CIDR,
    IP,
    NOTHING,
    Entries,
    Fields,
    Items,
    LeftOpen,
    Maybe,
    Shapes,
    Worth,
    add,
    at_most,
    known,
    lifted,
    scalar,
    times,
)
from kmodel.source import Span
from kmodel.typed.types import BottomType, IntType, IpType, MapType

Note: TypeAlias = Callable[[Formula], None]
Law: TypeAlias = Callable[[Shapes, Sequence[Worth], Note, Span], Worth]

WITHIN = Symbol("within", (IP, CIDR), BOOL, "rigid")
INSIDE = Symbol("inside", (CIDR, CIDR), BOOL, "rigid")
OVERLAPS = Symbol("overlaps", (CIDR, CIDR), BOOL, "rigid")


def ordinal(value: Worth, span: Span) -> Formula:
    """A number as it is; a member of an enum as its position."""
    made = scalar(value, span)
    if made.sort.kind == "free":
        raise LeftOpen("compares addresses by their order", span)
    if made.sort.kind != "enum":
        return made
    members = made.sort.members
    if isinstance(made, Lit):
        return number(members.index(str(made.value)))
    found: Formula = number(len(members) - 1)
    for at in reversed(range(len(members) - 1)):
        found = if_(same(made, Lit(members[at], made.sort)), number(at), found)
    return found


def _number(value: Worth, span: Span) -> Formula:
    return scalar(value, span)


def _multiply(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    a, b = (scalar(value, span) for value in values)
    if isinstance(b, Lit):
        a, b = b, a
    if not isinstance(a, Lit):
        raise LeftOpen("multiplies what is not constant", span)
    return times(int(a.value), b)


def _extreme(least: bool) -> Law:
    def law(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
        best, *rest = (scalar(value, span) for value in values)
        for value in rest:
            best = if_(at_most(best, value) if least else at_most(value, best), best, value)
        return best

    return law


def _member(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    item, collection = values
    match collection:
        case Items(of, has):
            return FALSE if isinstance(of, BottomType) else has(item)
        case Entries(_, has):
            return has(item)
        case _:
            raise LeftOpen("looks into a list", span)


def _within(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    a, b = (scalar(value, span) for value in values)
    return App(WITHIN if a.sort == IP else INSIDE, (a, b))


def _overlaps(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    a, b = (scalar(value, span) for value in values)
    return App(OVERLAPS, (a, b))


def _set(join: Callable[[Formula, Formula], Formula]) -> Law:
    def law(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
        a, b = values
        if not isinstance(a, Items) or not isinstance(b, Items):
            raise LeftOpen("joins lists", span)
        return Items(known(a, b), lambda each: join(_has(a, each), _has(b, each)))

    return law


def _has(items: Items, each: Worth) -> Formula:
    return FALSE if isinstance(items.item, BottomType) else items.has(each)


def _subset(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    a, b = values
    assert isinstance(a, Items) and isinstance(b, Items)
    return shapes.every_item(a.item, lambda each: implies(a.has(each), _has(b, each)))


def _range(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    low, high = (scalar(value, span) for value in values)
    return Items(IntType(), lambda each: and_(at_most(low, scalar(each)), at_most(scalar(each), high)))


def _or_else(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    optional = lifted(values[0])
    return values[1] if optional.item is None else shapes.choose(optional.present, optional.item, values[1])


def _entries(value: Worth, span: Span) -> Entries:
    if not isinstance(value, Entries):
        raise LeftOpen("reads a list", span)
    return value


def _index(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    table = _entries(values[0], span)
    note(not_(table.has(values[1])))
    return table.at(values[1])


def _get(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    table = _entries(values[0], span)
    there = table.has(values[1])
    return NOTHING if there == FALSE else Maybe(there, table.at(values[1]))


def put(shapes: Shapes, table: Entries, key: Worth, value: Worth) -> Entries:
    def at(each: Worth) -> Worth:
        there = shapes.equal(each, key)
        return value if table.has(each) == FALSE or there == TRUE else shapes.choose(there, value, table.at(each))

    return Entries(table.type, lambda each: or_(shapes.equal(each, key), table.has(each)), at)


def no_entries(type_: MapType, span: Span | None) -> Entries:
    """The empty map."""

    def at(_: Worth) -> Worth:
        raise LeftOpen("reads a map without entries", span)

    return Entries(type_, lambda _: FALSE, at)


def _remove(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    table, key = _entries(values[0], span), values[1]
    return Entries(table.type, lambda each: and_(not_(shapes.equal(each, key)), table.has(each)), table.at)


def _keys(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    table = _entries(values[0], span)
    assert isinstance(table.type, MapType)
    return Items(table.type.key, table.has)


def _item(shapes: Shapes, values: Sequence[Worth], note: Note, span: Span) -> Worth:
    items, at = values
    assert isinstance(items, Fields) and isinstance(at, Lit)
    return items.fields[str(at.value)]


OPERATIONS: Mapping[str, Law] = {
    "equal": lambda shapes, values, _, __: shapes.equal(values[0], values[1]),
    "not_equal": lambda shapes, values, _, __: not_(shapes.equal(values[0], values[1])),
    "less": lambda _, values, __, span: not_(at_most(ordinal(values[1], span), ordinal(values[0], span))),
    "at_most": lambda _, values, __, span: at_most(ordinal(values[0], span), ordinal(values[1], span)),
    "add": lambda _, values, __, span: add(_number(values[0], span), _number(values[1], span)),
    "subtract": lambda _, values, __, span: add(_number(values[0], span), times(-1, _number(values[1], span))),
    "negate": lambda _, values, __, span: times(-1, _number(values[0], span)),
    "multiply": _multiply,
    "min": _extreme(True),
    "max": _extreme(False),
    "member": _member,
    "within": _within,
    "overlaps": _overlaps,
    "union": _set(or_),
    "intersection": _set(and_),
    "difference": _set(lambda a, b: and_(a, not_(b))),
    "subset": _subset,
    "range": _range,
    "or_else": _or_else,
    "index": _index,
    "get": _get,
    "put": lambda shapes, values, _, span: put(shapes, _entries(values[0], span), values[1], values[2]),
    "remove": _remove,
    "keys": _keys,
    "item": _item,
    "addresses": lambda _, values, __, span: Items(IpType(), lambda each: App(WITHIN, (scalar(each), scalar(values[0], span)))),
}


def addressing() -> list[Formula]:
    """What is true of all ranges of addresses: an address in two of them makes them overlap, and so on."""
    x, y, z, a = Var("x", CIDR), Var("y", CIDR), Var("z", CIDR), Var("a", IP)

    def every(variables: Sequence[Var], body: Formula) -> Formula:
        return not_(exists(variables, not_(body)))

    def related(symbol: Symbol, *arguments: Formula) -> Formula:
        return App(symbol, arguments)

    return [
        every([x, y, a], implies(and_(related(WITHIN, a, x), related(WITHIN, a, y)), related(OVERLAPS, x, y))),
        every([x], and_(related(OVERLAPS, x, x), related(INSIDE, x, x))),
        every([x, y], implies(related(OVERLAPS, x, y), related(OVERLAPS, y, x))),
        every([x, y, a], implies(and_(related(INSIDE, x, y), related(WITHIN, a, x)), related(WITHIN, a, y))),
        every([x, y, z], implies(and_(related(INSIDE, x, y), related(OVERLAPS, z, x)), related(OVERLAPS, z, y))),
        every([x, y, z], implies(and_(related(INSIDE, x, y), related(INSIDE, y, z)), related(INSIDE, x, z))),
        every([x, y], implies(related(OVERLAPS, x, y), or_(related(INSIDE, x, y), related(INSIDE, y, x)))),
        every([x, y], implies(and_(related(INSIDE, x, y), related(INSIDE, y, x)), same(x, y))),
    ]
