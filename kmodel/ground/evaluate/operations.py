"""The operators on values that the state selects: one function each, by name; the others go by table, value for value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from kmodel.ground.equality import equal_values
from kmodel.ground.parts import content, if_value, item_of, members, pairs, positions, present
from kmodel.ground.symbolic import BOTTOM, Choice, Slots, Sym, Table, bool_term, int_term, is_constant, maybe, settle, slots, subset, table
from kmodel.ground.tabulate import cases
from kmodel.ground.terms import (
    FALSE,
    TRUE,
    Term,
    add,
    and_,
    at_most,
    count,
    divide,
    equal,
    if_,
    implies,
    less,
    modulo,
    multiply,
    negate,
    not_,
    number,
    or_,
    subtract,
)
from kmodel.typed.values import MapValue, Value

Note: TypeAlias = Callable[[Term, str, str], None]
"""Takes down that something is undefined under a condition: its code and message."""

Law: TypeAlias = Callable[[Sequence[Sym], Note], Sym]


def _bool(law: Callable[..., Term]) -> Law:
    return lambda values, _: settle(law(*map(bool_term, values)))


def _int(law: Callable[..., Term]) -> Law:
    return lambda values, _: settle(law(*map(int_term, values)))


def _divided(law: Callable[[Term, Term], Term]) -> Law:
    def apply(values: Sequence[Sym], note: Note) -> Sym:
        a, b = map(int_term, values)
        note(equal(b, number(0)), "division-by-zero", "the divisor is 0")
        return settle(law(a, b))

    return apply


def ceil_div(a: Term, b: Term) -> Term:
    return negate(divide(negate(a), b))


def _least(*terms: Term) -> Term:
    best, *rest = terms
    for term in rest:
        best = if_(less(term, best), term, best)
    return best


def _greatest(*terms: Term) -> Term:
    best, *rest = terms
    for term in rest:
        best = if_(less(best, term), term, best)
    return best


def is_in(item: Sym, of: Sym, is_list: bool) -> Term:
    """Whether the item is in the set, list or map."""
    if is_list:
        length, known = positions(of)
        return or_(*(and_(less(number(at), length), equal_values(each, item)) for at, each in enumerate(known)))
    known_members = members(of)
    if is_constant(item):
        return or_(*(there for each, there in known_members if each == item))
    return or_(*(and_(there, equal_values(item, each)) for each, there in known_members))


def _range(values: Sequence[Sym], note: Note) -> Sym:
    low, high = map(int_term, values)
    assert low.low is not None and high.high is not None, "a range needs bounds"
    return subset((each, and_(at_most(low, number(each)), at_most(number(each), high))) for each in range(low.low, high.high + 1))


def _combined(law: Callable[[Term, Term], Term]) -> Law:
    def apply(values: Sequence[Sym], _: Note) -> Sym:
        a, b = (dict(members(value)) for value in values)
        return subset((item, law(a.get(item, FALSE), b.get(item, FALSE))) for item in {**a, **b})

    return apply


def _subset(values: Sequence[Sym], _: Note) -> Sym:
    a, b = (dict(members(value)) for value in values)
    return settle(and_(*(implies(there, b.get(item, FALSE)) for item, there in a.items())))


def _size(values: Sequence[Sym], _: Note) -> Sym:
    if isinstance(values[0], Slots):
        return settle(values[0].length)
    if isinstance(values[0], Choice) and not all(
        isinstance(each, frozenset | MapValue) for each in values[0].universe if each is not BOTTOM
    ):
        raise NotImplementedByTerms
    return settle(count(*(there for _, there in members(values[0]))))


class NotImplementedByTerms(Exception):
    """This operand is better treated value for value."""


def _is_map(value: Sym) -> bool:
    return isinstance(value, MapValue | Table) or (isinstance(value, Choice) and any(isinstance(each, MapValue) for each in value.universe))


def _index(values: Sequence[Sym], note: Note) -> Sym:
    of, at = values
    return _at_key(of, at, note) if _is_map(of) else _at_position(of, at, note)


def _at_key(of: Sym, key: Sym, note: Note) -> Sym:
    found, there = _looked_up(of, key)
    note(not_(there), "missing-key", "the key is not in the map")
    return found


def _looked_up(of: Sym, key: Sym) -> tuple[Sym, Term]:
    """The value at the key, and whether there is one."""
    value: Sym = BOTTOM
    there: list[Term] = []
    for each, present_, item in reversed(pairs(of)):
        same = equal_values(key, each)
        if same is FALSE:
            continue
        there.append(and_(same, present_))
        value = item if value is BOTTOM else if_value(same, item, value)
    return value, or_(*there)


def _at_position(of: Sym, at: Sym, note: Note) -> Sym:
    length, known = positions(of)
    index = int_term(at)
    inside = and_(at_most(number(0), index), less(index, length))
    note(not_(inside), "missing-key", "the position is not in the list")
    if not known or inside is FALSE:
        return BOTTOM
    clamped = if_(inside, index, number(0))
    if clamped.op == "number":
        assert isinstance(clamped.value, int)
        return known[clamped.value]
    value: Sym = known[-1]
    for place in range(len(known) - 2, -1, -1):
        value = if_value(equal(index, number(place)), known[place], value)
    return value


def _get(values: Sequence[Sym], _: Note) -> Sym:
    value, there = _looked_up(*values)
    return maybe(there, value)


def _put(values: Sequence[Sym], _: Note) -> Sym:
    of, key, item = values
    known = {each: (there, value) for each, there, value in pairs(of)}
    for each, when in cases(key):
        there, value = known.get(each, (FALSE, BOTTOM))
        known[each] = (or_(there, when), item if value is BOTTOM else if_value(when, item, value))
    return table((each, there, value) for each, (there, value) in known.items())


def _remove(values: Sequence[Sym], _: Note) -> Sym:
    of, key = values
    return table((each, and_(there, not_(equal_values(key, each))), value) for each, there, value in pairs(of))


def as_set(items: Sequence[tuple[Sym, Term]]) -> Sym:
    """The set of these values, each there under its condition."""
    found: dict[Value, list[Term]] = {}
    for value, condition in items:
        for each, when in [(value, TRUE)] if is_constant(value) else cases(value):
            found.setdefault(each, []).append(and_(condition, when))
    return subset((each, or_(*conditions)) for each, conditions in found.items())


def _concat(values: Sequence[Sym], _: Note) -> Sym:
    a, b = values
    if not all(isinstance(value, tuple | Slots) for value in values):
        raise NotImplementedByTerms
    (length, one), (other_length, other) = positions(a), positions(b)
    if length.op != "number":
        raise NotImplementedByTerms
    return slots(add(length, other_length), [*one, *other])


def _or_else(values: Sequence[Sym], _: Note) -> Sym:
    value, other = values
    return if_value(present(value), content(value), other)


def _compared(law: Callable[[Term, Term], Term]) -> Law:
    def apply(values: Sequence[Sym], _: Note) -> Sym:
        if not all(isinstance(value, int | Term) for value in values):
            raise NotImplementedByTerms
        return settle(law(*map(int_term, values)))

    return apply


def _item(values: Sequence[Sym], _: Note) -> Sym:
    assert isinstance(values[1], int)
    return item_of(values[0], values[1])


SYMBOLIC: Mapping[str, Law] = {
    "not": _bool(not_),
    "iff": _bool(equal),
    "equal": lambda values, _: settle(equal_values(*values)),
    "not_equal": lambda values, _: settle(not_(equal_values(*values))),
    "less": _compared(less),
    "at_most": _compared(at_most),
    "add": _int(add),
    "subtract": _int(subtract),
    "negate": _int(negate),
    "multiply": _int(multiply),
    "divide": _divided(divide),
    "modulo": _divided(modulo),
    "ceil_div": _divided(ceil_div),
    "min": _int(_least),
    "max": _int(_greatest),
    "range": _range,
    "union": _combined(or_),
    "difference": _combined(lambda a, b: and_(a, not_(b))),
    "intersection": _combined(and_),
    "subset": _subset,
    "size": _size,
    "index": _index,
    "get": _get,
    "put": _put,
    "remove": _remove,
    "keys": lambda values, _: subset((key, there) for key, there, _value in pairs(values[0])),
    "values": lambda values, _: as_set([(value, there) for _key, there, value in pairs(values[0])]),
    "to_set": lambda values, _: as_set(
        [(each, less(number(at), positions(values[0])[0])) for at, each in enumerate(positions(values[0])[1])]
    ),
    "concat": _concat,
    "or_else": _or_else,
    "item": _item,
}

__all__ = ["SYMBOLIC", "Law", "NotImplementedByTerms", "Note", "as_set", "is_in"]
