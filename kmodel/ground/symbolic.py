"""Values that a state selects: what an expression is worth before the state is known.

A value is constant (a value of the language) or one of the classes here. Smart constructors keep it constant wherever that is
possible, so that constant parts of expressions never reach the terms. `BOTTOM` is what cannot be: the value of what is undefined,
or an entry of a universe that the path to this point excludes; anything may stand for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, TypeAlias, TypeGuard

from kmodel.ground.terms import FALSE, TRUE, Term, add, equal, if_, number, select, truth
from kmodel.records import dataclass
from kmodel.typed.values import Individual, MapValue, Member, RecordValue, Value


class Bottom(Enum):
    BOTTOM = "what cannot be"


BOTTOM = Bottom.BOTTOM


@dataclass(frozen=True, slots=True)
class Choice:
    """`universe[index]`; the values are distinct, and never all numbers or all bools (those are terms)."""

    index: Term
    universe: tuple[Value | Bottom, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """`item` where `present` holds, else `none`."""

    present: Term
    item: Sym


@dataclass(frozen=True, slots=True)
class Fields:
    """A record."""

    record: str
    fields: tuple[tuple[str, Sym], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple."""

    items: tuple[Sym, ...]


@dataclass(frozen=True, slots=True)
class Subset:
    """A set: each possible item (distinct) and whether it is there."""

    items: tuple[tuple[Value, Term], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A map: each possible key (distinct), whether it is there, and its value."""

    pairs: tuple[tuple[Value, Term, Sym], ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """A list: the first `length` of the items."""

    length: Term
    items: tuple[Sym, ...]


Sym: TypeAlias = Value | Bottom | Term | Choice | Maybe | Fields | Items | Subset | Table | Slots
_SYMBOLIC = (Term, Choice, Maybe, Fields, Items, Subset, Table, Slots, Bottom)


def is_constant(value: Sym) -> TypeGuard[Value]:
    return not isinstance(value, _SYMBOLIC)


def settle(term: Term) -> Sym:
    """A term as a value: a constant where it is one."""
    if term.op == "number":
        assert isinstance(term.value, int)
        return term.value
    return True if term is TRUE else False if term is FALSE else term


def bool_term(value: Sym) -> Term:
    """The term of a bool; what cannot be counts as false."""
    if isinstance(value, Term):
        return value
    assert isinstance(value, bool) or value is BOTTOM, value
    return truth(value is True)


def int_term(value: Sym) -> Term:
    """The term of a number; what cannot be counts as 0."""
    if isinstance(value, Term):
        return value
    assert isinstance(value, int) or value is BOTTOM, value
    return number(value if isinstance(value, int) else 0)


def is_at(index: Term, position: int) -> Term:
    return equal(index, number(position))


# ---- an order of constants, so that everything made of sets comes out the same each time

_RANKS: dict[type, int] = {
    type(None): 0, bool: 1, int: 2, str: 3, Member: 4, Individual: 5, IPv4Address: 6, IPv6Address: 7, IPv4Network: 8, IPv6Network: 9,
    tuple: 10, RecordValue: 11, MapValue: 12, frozenset: 13,
}  # fmt: skip


def order_key(value: Value) -> tuple[Any, ...]:
    """Sorts values of one type (and `none` before them)."""
    rank = _RANKS[type(value)]
    match value:
        case None:
            return (rank,)
        case tuple():
            return (rank, tuple(map(order_key, value)))
        case RecordValue():
            return (rank, tuple(order_key(item) for _, item in value.fields))
        case MapValue():
            return (rank, tuple((order_key(key), order_key(item)) for key, item in value.pairs))
        case frozenset():
            return (rank, tuple(sorted(map(order_key, value))))
        case _:
            return (rank, value)


def ordered(values: Iterable[Value]) -> list[Value]:
    return sorted(values, key=order_key)


# ---- smart constructors


def choice(index: Term, universe: Sequence[Value | Bottom]) -> Sym:
    """`universe[index]`, simplified: a constant or a term where that is what it is."""
    assert index.low is not None and index.high is not None
    if index.op == "number":
        return universe[index.low]
    real = [value for value in universe[index.low : index.high + 1] if value is not BOTTOM]
    if not real:
        return BOTTOM
    if len(real) == 1:
        return real[0]
    if isinstance(real[0], int) and all(isinstance(value, int) for value in real):
        return settle(select(index, filled([None if value is BOTTOM else _constant_term(value) for value in universe])))
    return Choice(index, tuple(universe))


def _constant_term(value: Value) -> Term:
    assert isinstance(value, int)
    return truth(value) if isinstance(value, bool) else number(value)


def filled(terms: Sequence[Term | None]) -> tuple[Term, ...]:
    """Terms for what cannot be: false, or a number that the others could be (its own position if that is one, so that the rest may fold).

    The choice does not depend on the order of the others: exchanging two of them must not show."""
    real = [term for term in terms if term is not None]
    if real[0].sort == "bool":
        return tuple(FALSE if term is None else term for term in terms)
    lows, highs = [term.low for term in real], [term.high for term in real]
    least = min((low for low in lows if low is not None), default=0) if None not in lows else None
    most = max((high for high in highs if high is not None), default=0) if None not in highs else None
    return tuple(_filler(at, least, most) if term is None else term for at, term in enumerate(terms))


def _filler(at: int, least: int | None, most: int | None) -> Term:
    if (least is None or least <= at) and (most is None or at <= most):
        return number(at)
    return number(least if least is not None else most if most is not None else 0)


def maybe(present: Term, item: Sym) -> Sym:
    if present is FALSE or item is BOTTOM:
        return None
    if present is TRUE:
        return item
    if isinstance(item, Choice) and None not in item.universe:
        return choice(if_(present, add(item.index, number(1)), number(0)), (None, *item.universe))
    if is_constant(item) and not (isinstance(item, int) and not isinstance(item, bool)):
        return Choice(if_(present, number(1), number(0)), (None, item))
    return Maybe(present, item)


def fields(record: str, pairs: Sequence[tuple[str, Sym]]) -> Sym:
    constant = [(name, value) for name, value in pairs if is_constant(value)]
    return RecordValue(record, tuple(constant)) if len(constant) == len(pairs) else Fields(record, tuple(pairs))


def items(values: Sequence[Sym]) -> Sym:
    constant = [value for value in values if is_constant(value)]
    return tuple(constant) if len(constant) == len(values) else Items(tuple(values))


def subset(pairs: Iterable[tuple[Value, Term]]) -> Sym:
    kept = tuple((item, present) for item, present in pairs if present is not FALSE)
    return frozenset(item for item, _ in kept) if all(present is TRUE for _, present in kept) else Subset(kept)


def table(pairs: Iterable[tuple[Value, Term, Sym]]) -> Sym:
    kept = tuple(pair for pair in pairs if pair[1] is not FALSE)
    constant = {key: value for key, present, value in kept if present is TRUE and is_constant(value)}
    return MapValue.of(constant) if len(constant) == len(kept) else Table(kept)


def slots(length: Term, values: Sequence[Sym]) -> Sym:
    """The first `length` of the values."""
    assert length.high is not None
    kept = tuple(values[: length.high])
    constant = [value for value in kept if is_constant(value)]
    return tuple(constant) if length.op == "number" and len(constant) == len(kept) else Slots(length, kept)
