"""Shapes: which variables a place needs, what it is worth in terms of them, and what assigning to it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import assert_never

from kmodel.ground.parts import content, field_of, item_of, members, pairs, position, positions, present
from kmodel.ground.symbolic import BOTTOM, Sym, bool_term, choice, fields, int_term, is_constant, items, maybe, settle, slots, subset, table
from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    RecordShape,
    SetShape,
    Shape,
    TupleShape,
)
from kmodel.ground.tabulate import NotFinite, cases
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, if_, less, not_, number, or_, variable
from kmodel.records import dataclass
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EntityType,
    EnumType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from kmodel.typed.values import Value

Values = Callable[[Type], Sequence[Value]]
_ATOMS = (EnumType, EntityType, IpType, CidrType)


@dataclass(slots=True)
class Shaper:
    """Makes variables. `values` lists a finite type's values, `bounds` the numbers of a range, `fields` a record's types."""

    values: Values
    bounds: Callable[[RangeType], tuple[int, int]]
    fields: Callable[[str], Sequence[tuple[str, Type]]]
    variables: list[Variable] = field(default_factory=list)

    def make(self, name: str, sort: str, low: int | None, high: int | None, rigid: bool) -> Variable:
        made = Variable(name, len(self.variables), "bool" if sort == "bool" else "int", low, high, rigid)
        self.variables.append(made)
        return made

    def shape(self, type_: Type, name: str, rigid: bool) -> Shape:
        """The shape of a place of this type, with new variables."""
        match type_:
            case BoolType():
                return BoolShape(self.make(name, "bool", 0, 1, rigid))
            case IntType():
                return NumberShape(self.make(name, "int", None, None, rigid))
            case RangeType():
                return NumberShape(self.make(name, "int", *self.bounds(type_), rigid))
            case EnumType() | EntityType() | IpType() | CidrType():
                return self._choice(name, self.values(type_), rigid)
            case OptionalType(item):
                if isinstance(item, _ATOMS):
                    return self._choice(name, (None, *self.values(item)), rigid)
                return OptionalShape(self.make(f"{name} given", "bool", 0, 1, rigid), self.shape(item, name, rigid))
            case RecordType(record):
                return RecordShape(record, tuple((each, self.shape(inner, f"{name}.{each}", rigid)) for each, inner in self.fields(record)))
            case TupleType(inners):
                return TupleShape(tuple(self.shape(inner, f"{name}.{at}", rigid) for at, inner in enumerate(inners)))
            case SetType(item):
                return SetShape(tuple((each, self.make(f"{each} in {name}", "bool", 0, 1, rigid)) for each in self.values(item)))
            case MapType(key, value):
                return MapShape(tuple(self._pair(each, value, name, rigid) for each in self.values(key)))
            case ListType(item, most):
                assert most is not None
                length = self.make(f"length of {name}", "int", 0, most, rigid)
                return ListShape(length, tuple(self.shape(item, f"{name}[{at}]", rigid) for at in range(most)))
            case _:
                raise AssertionError(type_)

    def _choice(self, name: str, values: Sequence[Value], rigid: bool) -> Shape:
        if len(values) == 1:
            return FixedShape(values[0])
        return ChoiceShape(self.make(name, "int", 0, len(values) - 1, rigid), tuple(values))

    def _pair(self, key: Value, type_: Type, name: str, rigid: bool) -> tuple[Value, Variable, Shape]:
        return key, self.make(f"{key} in {name}", "bool", 0, 1, rigid), self.shape(type_, f"{name}[{key}]", rigid)


Leaf = Callable[[Variable], Term]


def worth(shape: Shape, leaf: Leaf = variable) -> Sym:
    """What a place of the shape is worth; `leaf` reads a variable."""
    match shape:
        case FixedShape(value):
            return value
        case BoolShape(which) | NumberShape(which):
            return settle(leaf(which))
        case ChoiceShape(which, values):
            return choice(leaf(which), values)
        case OptionalShape(given, item):
            return maybe(leaf(given), worth(item, leaf))
        case RecordShape(record, parts):
            return fields(record, [(name, worth(part, leaf)) for name, part in parts])
        case TupleShape(parts):
            return items([worth(part, leaf) for part in parts])
        case SetShape(known):
            return subset((value, leaf(which)) for value, which in known)
        case MapShape(known):
            return table((key, leaf(there), worth(part, leaf)) for key, there, part in known)
        case ListShape(length, parts):
            return slots(leaf(length), [worth(part, leaf) for part in parts])
        case _:
            assert_never(shape)


def variables_of(shape: Shape) -> Iterator[Variable]:
    match shape:
        case FixedShape():
            return
        case BoolShape(which) | NumberShape(which) | ChoiceShape(which, _):
            yield which
        case OptionalShape(given, item):
            yield given
            yield from variables_of(item)
        case RecordShape(_, parts):
            yield from (each for _, part in parts for each in variables_of(part))
        case TupleShape(inner):
            yield from (each for part in inner for each in variables_of(part))
        case SetShape(known):
            yield from (which for _, which in known)
        case MapShape(known):
            for _, there, part in known:
                yield there
                yield from variables_of(part)
        case ListShape(length, inner):
            yield length
            yield from (each for part in inner for each in variables_of(part))
        case _:
            assert_never(shape)


def least(which: Variable) -> Term:
    """The value that a variable has where it means nothing."""
    return FALSE if which.sort == "bool" else number(which.low if which.low is not None else 0)


def canonical(shape: Shape) -> Iterator[Term]:
    """What makes one state of each value: variables that mean nothing have their least values."""
    match shape:
        case OptionalShape(given, item):
            yield from _idle(not_(variable(given)), item)
            yield from canonical(item)
        case RecordShape(_, parts):
            yield from (each for _, part in parts for each in canonical(part))
        case TupleShape(inner):
            yield from (each for part in inner for each in canonical(part))
        case MapShape(known):
            for _, there, part in known:
                yield from _idle(not_(variable(there)), part)
                yield from canonical(part)
        case ListShape(length, inner):
            for at, part in enumerate(inner):
                yield from _idle(not_(less(number(at), variable(length))), part)
                yield from canonical(part)
        case _:
            return


def _idle(condition: Term, shape: Shape) -> Iterator[Term]:
    for which in variables_of(shape):
        value = variable(which)
        at_least = not_(value) if which.sort == "bool" else and_(not_(less(value, least(which))), not_(less(least(which), value)))
        yield or_(not_(condition), at_least)


# ---- assigning


@dataclass(frozen=True, slots=True)
class Written:
    """What the variables of a place become, and when the value does not fit there (`misfit`, in words `why`)."""

    updates: tuple[tuple[Variable, Term], ...]
    misfit: Term
    why: str


def assign(shape: Shape, value: Sym) -> Written:
    """The place becomes the value."""
    updates: list[tuple[Variable, Term]] = []
    misfits: list[tuple[Term, str]] = []
    _assign(shape, value, TRUE, updates, misfits)
    real = [(when, why) for when, why in misfits if when is not FALSE]
    return Written(tuple(updates), or_(*(when for when, _ in real)), real[0][1] if real else "")


def _assign(shape: Shape, value: Sym, there: Term, updates: list[tuple[Variable, Term]], misfits: list[tuple[Term, str]]) -> None:
    """`there`: whether the value is meant at all; where it is not, the variables get their least values."""

    def set_(which: Variable, term: Term) -> None:
        updates.append((which, if_(there, term, least(which))))

    match shape:
        case FixedShape(only):
            misfits.append((and_(there, not_(_is(value, only))), f"the only value there is `{only}`"))
        case BoolShape(which):
            set_(which, bool_term(value))
        case NumberShape(which):
            set_(which, _number(which, int_term(value), there, misfits))
        case ChoiceShape(which, values):
            set_(which, _chosen(values, value, there, misfits))
        case OptionalShape(given, item):
            has = present(value)
            set_(given, has)
            _assign(item, content(value), and_(there, has), updates, misfits)
        case RecordShape(_, parts):
            for name, part in parts:
                _assign(part, field_of(value, name), there, updates, misfits)
        case TupleShape(inner):
            for at, part in enumerate(inner):
                _assign(part, item_of(value, at), there, updates, misfits)
        case SetShape() | MapShape() | ListShape():
            _assign_many(shape, value, there, updates, misfits)
        case _:
            assert_never(shape)


def _assign_many(
    shape: SetShape | MapShape | ListShape, value: Sym, there: Term, updates: list[tuple[Variable, Term]], misfits: list[tuple[Term, str]]
) -> None:
    match shape:
        case SetShape(known):
            found = dict(members(value))
            updates += [(which, and_(there, found.pop(item, FALSE))) for item, which in known]
            misfits += [(and_(there, when), f"`{item}` cannot be in it") for item, when in found.items()]
        case MapShape(pairs_):
            entries = {key: (when, item) for key, when, item in pairs(value)}
            for key, which, part in pairs_:
                when, item = entries.pop(key, (FALSE, BOTTOM))
                updates.append((which, and_(there, when)))
                _assign(part, item, and_(there, when), updates, misfits)
            misfits += [(and_(there, when), f"`{key}` cannot be a key of it") for key, (when, _) in entries.items()]
        case ListShape(length, parts):
            size, items_ = positions(value)
            misfits.append((and_(there, less(number(len(parts)), size)), f"a list of at most {len(parts)} fits"))
            updates.append((length, if_(there, if_(less(number(len(parts)), size), number(0), size), number(0))))
            for at, part in enumerate(parts):
                _assign(part, items_[at] if at < len(items_) else BOTTOM, and_(there, less(number(at), size)), updates, misfits)


def _is(value: Sym, only: Value) -> Term:
    if is_constant(value):
        return TRUE if value == only else FALSE
    return or_(*(when for each, when in cases(value) if each == only)) if value is not BOTTOM else TRUE


def _number(which: Variable, term: Term, there: Term, misfits: list[tuple[Term, str]]) -> Term:
    """The number; where it would leave the variable's bounds, that is a misfit."""
    if which.low is None or which.high is None:
        return term
    below = less(term, number(which.low))
    above = less(number(which.high), term)
    misfits.append((and_(there, or_(below, above)), f"{which.low}..{which.high} is its range"))
    return term


def _chosen(values: Sequence[Value], value: Sym, there: Term, misfits: list[tuple[Term, str]]) -> Term:
    places = {each: at for at, each in enumerate(values)}
    try:
        outside = [when for each, when in ([(value, TRUE)] if is_constant(value) else cases(value)) if each not in places]
    except NotFinite:
        outside = [TRUE]
    misfits.append((and_(there, or_(*outside)), "the value is not one that it can have"))
    found = None if value is BOTTOM else position(value, places)
    return number(0) if found is None else found
