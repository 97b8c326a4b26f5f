"""Functions of chosen values by table: one value for each of the choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from kmodel.ground.parts import select_value
from kmodel.ground.symbolic import BOTTOM, Choice, Fields, Items, Maybe, Sym, is_at, is_constant
from kmodel.ground.terms import FALSE, TRUE, Term, add, and_, if_, multiply, number
from kmodel.typed.values import RecordValue, Value

MOST_VALUES = 4096

Law: TypeAlias = Callable[[Sequence[Value], Term], Sym]
"""From constants, and the condition under which they are meant, to a value."""


class NotFinite(Exception):
    """A value can be one of too many, or infinitely many."""


def combinations(arguments: Sequence[Sym]) -> int:
    """How many rows the table has."""
    sizes = {argument.index: len(argument.universe) for argument in arguments if isinstance(argument, Choice)}
    return prod(sizes.values())


def tabulate(arguments: Sequence[Sym], law: Law) -> Sym:
    """The law's value for constants and choices. Choices by one index are made together."""
    return _tabulate(list(arguments), law, TRUE)


def _tabulate(arguments: list[Sym], law: Law, condition: Term) -> Sym:
    index = next((argument.index for argument in arguments if isinstance(argument, Choice)), None)
    if index is None:
        return law([argument for argument in arguments if is_constant(argument)], condition)
    assert index.low is not None and index.high is not None
    options: list[Sym] = [BOTTOM] * index.low
    for at in range(index.low, index.high + 1):
        row = [argument.universe[at] if isinstance(argument, Choice) and argument.index is index else argument for argument in arguments]
        here = and_(condition, is_at(index, at))
        options.append(BOTTOM if here is FALSE or any(each is BOTTOM for each in row) else _tabulate(row, law, here))
    return select_value(index, options)


def as_choice(value: Sym) -> Sym:
    """The value as a constant or a choice. Raises `NotFinite`."""
    match value:
        case Term():
            return _chosen_term(value)
        case Maybe(there, item):
            index, universe = _parts(as_choice(item))
            return Choice(if_(there, add(index, number(1)), number(0)), (None, *universe))
        case Fields(record, known):
            index, rows = _product([item for _, item in known])
            return Choice(index, tuple(RecordValue(record, tuple(zip((name for name, _ in known), row, strict=True))) for row in rows))
        case Items(known):
            index, rows = _product(known)
            return Choice(index, tuple(rows))
        case _:
            if is_constant(value) or isinstance(value, Choice) or value is BOTTOM:
                return value
            raise NotFinite


def _chosen_term(term: Term) -> Sym:
    if term.sort == "bool":
        return Choice(if_(term, number(1), number(0)), (False, True))
    if term.low is None or term.high is None or term.high - term.low >= MOST_VALUES:
        raise NotFinite
    return Choice(add(term, number(-term.low)), tuple(range(term.low, term.high + 1)))


def _parts(value: Sym) -> tuple[Term, tuple[Value, ...]]:
    """The index and universe of a finite value; what cannot be is left to any value."""
    if isinstance(value, Choice):
        real = next(each for each in value.universe if each is not BOTTOM)
        return value.index, tuple(real if each is BOTTOM else each for each in value.universe)
    return number(0), (value if is_constant(value) else None,)


def _product(values: Sequence[Sym]) -> tuple[Term, list[tuple[Value, ...]]]:
    index, universes = number(0), list[tuple[Value, ...]]()
    for value in values:
        own, universe = _parts(as_choice(value))
        index = add(multiply(index, number(len(universe))), own)
        universes.append(universe)
    if prod(map(len, universes)) > MOST_VALUES:
        raise NotFinite
    return index, list(product(*universes))


def cases(value: Sym) -> list[tuple[Value, Term]]:
    """What the value can be, each with when it is that. Raises `NotFinite`."""
    chosen = as_choice(value)
    if not isinstance(chosen, Choice):
        return [(chosen, TRUE)] if is_constant(chosen) else []
    found = [(each, is_at(chosen.index, at)) for at, each in enumerate(chosen.universe) if each is not BOTTOM]
    return [(each, condition) for each, condition in found if condition is not FALSE]
