"""Values of the language where scopes are open: scalars are formulas, sets and maps are functions from items to formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import count
from typing import TypeAlias

from kmodel.ground.open.logic import (
    BOOL,
    FALSE,
    INT,
    TRUE,
    App,
    Formula,
    Lit,
    Op,
    Quantified,
    Sort,
    Symbol,
    Var,
    and_,
    forall,
    if_,
    iff,
    implies,
    is_false,
    not_,
    number,
    same,
)
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.module import Program
from kmodel.typed.types import (
    BoolType,
    BottomType,
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
    StringType,
    TupleType,
    Type,
)


class LeftOpen(Exception):
    """What the fragment has no words for; `what` says it in a verb and its object (`counts \\`…\\``)."""

    def __init__(self, what: str, span: Span | None) -> None:
        super().__init__(what)
        self.what, self.span = what, span

    def __str__(self) -> str:
        return self.what if self.span is None else f"{self.what} ({self.span})"


@dataclass(frozen=True, slots=True)
class Maybe:
    """An optional; `item` is None where it never has a value."""

    present: Formula
    item: Worth | None


@dataclass(frozen=True, slots=True)
class Fields:
    """A record's fields, or (by `0`, `1`, …) the items of a tuple."""

    fields: Mapping[str, Worth]


@dataclass(frozen=True, slots=True)
class Items:
    """A set; `item` is the type of its items."""

    item: Type
    has: Callable[[Worth], Formula]


@dataclass(frozen=True, slots=True)
class Entries:
    """A map: which keys it has, and the value at a key that it has."""

    type: MapType
    has: Callable[[Worth], Formula]
    at: Callable[[Worth], Worth]


Worth: TypeAlias = Formula | Maybe | Fields | Items | Entries
PRESENT, ITEM, KEY, VALUE = "?", "!", "[?]", "[]"
"""What the names of the parts of optionals and maps end with."""

SCALARS = (Var, Lit, App, Op, Quantified)

IP, CIDR, TEXT = Sort("ip", "free"), Sort("cidr", "free"), Sort("string", "free")


def scalar(value: Worth, span: Span | None = None) -> Formula:
    if not isinstance(value, SCALARS):
        raise LeftOpen("uses a value of several parts as one", span)
    return value


@dataclass(slots=True)
class Shapes:
    """How types lie in symbols. `symbols` are those made so far; `bounds` gives the numbers of a range type; `owners` says of the
    relations of sets and of maps' keys how many arguments come before the item."""

    program: Program
    bounds: Callable[[RangeType], tuple[int | None, int | None]]
    symbols: dict[tuple[str, tuple[Sort, ...]], Symbol] = field(default_factory=dict)
    owners: dict[Symbol, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    # ---- sorts and symbols

    def sort(self, type_: Type) -> Sort | None:
        """The sort of a scalar type; None: it has several parts."""
        match type_:
            case BoolType():
                return BOOL
            case IntType() | RangeType():
                return INT
            case EnumType(name):
                return Sort(name, "enum", self.program.enums[name].members)
            case EntityType(name):
                return Sort(name, "free")
            case IpType():
                return IP
            case CidrType():
                return CIDR
            case StringType():
                return TEXT
            case _:
                return None

    def fresh(self, name: str, sort: Sort) -> Var:
        return Var(f"{name}#{next(self.numbers)}", sort)

    def symbol(self, name: str, arguments: Sequence[Sort], type_: Type, kind: str) -> Symbol:
        key = name, tuple(arguments)
        if key not in self.symbols:
            result = self.sort(type_)
            assert result is not None
            low, high = self.bounds(type_) if isinstance(type_, RangeType) else (None, None)
            self.symbols[key] = Symbol(name, key[1], result, kind, low, high)  # type: ignore[arg-type] # one of the three
        return self.symbols[key]

    # ---- what a place holds

    def held(self, type_: Type, name: str, arguments: Sequence[Formula], kind: str, after: bool = False) -> Worth:
        """The value of a place. A place of several parts has a symbol for each."""

        def part(inner: Type, suffix: str, more: Sequence[Formula] = ()) -> Worth:
            return self.held(inner, name + suffix, (*arguments, *more), kind, after)

        def has(value: Worth, item: Type, suffix: str) -> Formula:
            made = part(BoolType(), suffix, self.key(value, item))
            assert isinstance(made, App)
            self.owners[made.symbol] = len(arguments)
            return made

        match type_:
            case OptionalType(item):
                return Maybe(scalar(part(BoolType(), PRESENT)), part(item, ITEM))
            case RecordType() | TupleType():
                return Fields({each: part(inner, f".{each}") for each, inner in self.fields(type_)})
            case SetType(item):
                self.key_sorts(item)
                return Items(item, lambda value: has(value, item, ""))
            case MapType(key, inner):
                self.key_sorts(key)
                return Entries(type_, lambda value: has(value, key, KEY), lambda value: part(inner, VALUE, self.key(value, key)))
            case ListType():
                raise LeftOpen("reads a list", None)
            case _:
                sorts = [each.sort for each in arguments]
                if self.sort(type_) is None:
                    raise LeftOpen("reads a number or a text", None)
                return App(self.symbol(name, sorts, type_, kind), tuple(arguments), after)

    def fields(self, type_: Type) -> list[tuple[str, Type]]:
        if isinstance(type_, RecordType):
            return [(each.name, each.type) for each in self.program.records[type_.name].fields]
        assert isinstance(type_, TupleType)
        return [(str(at), item) for at, item in enumerate(type_.items)]

    # ---- keys: values that are arguments

    def key_sorts(self, type_: Type) -> list[Sort]:
        return [each.sort for each in self.variables(type_, "k")[1]]

    def variables(self, type_: Type, name: str) -> tuple[Worth, list[Var]]:
        """Any value of the type, and the variables that it is made of."""
        match type_:
            case RecordType() | TupleType():
                made = {each: self.variables(inner, f"{name}.{each}") for each, inner in self.fields(type_)}
                return Fields({each: value for each, (value, _) in made.items()}), [var for _, vars_ in made.values() for var in vars_]
            case OptionalType(item):
                present = self.fresh(f"{name}?", BOOL)
                value, vars_ = self.variables(item, name)
                return Maybe(present, value), [present, *vars_]
            case _:
                sort = self.sort(type_)
                if sort is None:
                    raise LeftOpen("speaks of every set, map or list", None)
                var = self.fresh(name, sort)
                return var, [var]

    def key(self, value: Worth, type_: Type) -> list[Formula]:
        """The value's parts, in the order of its variables."""
        match type_:
            case RecordType() | TupleType():
                assert isinstance(value, Fields)
                return [part for each, inner in self.fields(type_) for part in self.key(value.fields[each], inner)]
            case OptionalType():
                raise LeftOpen("has optional items in a set", None)
            case _:
                return [scalar(value)]

    def within(self, type_: Type, value: Worth) -> Formula:
        """That a value made of variables is one of the type."""
        match type_:
            case RangeType():
                low, high = self.bounds(type_)
                return in_bounds(scalar(value), low, high)
            case OptionalType(item):
                assert isinstance(value, Maybe) and value.item is not None
                return implies(value.present, self.within(item, value.item))
            case RecordType() | TupleType():
                assert isinstance(value, Fields)
                return and_(*(self.within(inner, value.fields[each]) for each, inner in self.fields(type_)))
            case _:
                return TRUE

    # ---- operations

    def equal(self, a: Worth, b: Worth) -> Formula:
        match a, b:
            case (Maybe(), _) | (_, Maybe()):
                one, other = lifted(a), lifted(b)
                alike = TRUE if one.item is None or other.item is None else self.equal(one.item, other.item)
                return and_(iff(one.present, other.present), implies(one.present, alike))
            case Fields(fields), Fields(others):
                return and_(*(self.equal(value, others[name]) for name, value in fields.items()))
            case Items(), Items():
                return self.every_item(known(a, b), lambda each: iff(a.has(each), b.has(each)))
            case Entries(type_), Entries():
                return self.every_item(type_.key, lambda each: self._same_entry(a, b, each))
            case _:
                return same(scalar(a), scalar(b))

    def _same_entry(self, a: Entries, b: Entries, key: Worth) -> Formula:
        """That both maps have the same value at the key, or none."""
        here, there = a.has(key), b.has(key)
        alike = TRUE if is_false(here) or is_false(there) else implies(here, self.equal(a.at(key), b.at(key)))
        return and_(iff(here, there), alike)

    def _either_entry(self, condition: Formula, a: Entries, b: Entries, key: Worth) -> Worth:
        if is_false(a.has(key)):
            return b.at(key)
        return a.at(key) if is_false(b.has(key)) else self.choose(condition, a.at(key), b.at(key))

    def every_item(self, type_: Type, says: Callable[[Worth], Formula]) -> Formula:
        if isinstance(type_, BottomType):
            return TRUE
        value, vars_ = self.variables(type_, "e")
        return forall(vars_, says(value))

    def choose(self, condition: Formula, a: Worth, b: Worth) -> Worth:
        """a where the condition holds, else b."""
        match a, b:
            case (Maybe(), _) | (_, Maybe()):
                one, other = lifted(a), lifted(b)
                item = one.item if other.item is None else other.item if one.item is None else self.choose(condition, one.item, other.item)
                return Maybe(if_(condition, one.present, other.present), item)
            case Fields(fields), Fields(others):
                return Fields({name: self.choose(condition, value, others[name]) for name, value in fields.items()})
            case Items(), Items():
                return Items(known(a, b), lambda each: if_(condition, a.has(each), b.has(each)))
            case Entries(type_), Entries():
                return Entries(
                    type_,
                    lambda each: if_(condition, a.has(each), b.has(each)),
                    lambda each: self._either_entry(condition, a, b, each),
                )
            case _:
                return if_(condition, scalar(a), scalar(b))


def lifted(value: Worth) -> Maybe:
    """A value as one that may be absent."""
    return value if isinstance(value, Maybe) else Maybe(TRUE, value)


def known(a: Items, b: Items) -> Type:
    return b.item if isinstance(a.item, BottomType) else a.item


NOTHING = Maybe(FALSE, None)


def in_bounds(value: Formula, low: int | None, high: int | None) -> Formula:
    above = TRUE if low is None else at_most(number(low), value)
    return and_(above, TRUE if high is None else at_most(value, number(high)))


def at_most(a: Formula, b: Formula) -> Formula:
    return Op("at_most", (a, b), BOOL)


def less(a: Formula, b: Formula) -> Formula:
    return not_(at_most(b, a))


def add(a: Formula, b: Formula) -> Formula:
    if isinstance(a, Lit) and isinstance(b, Lit):
        return number(int(a.value) + int(b.value))
    return Op("add", (a, b), INT)


def times(factor: int, a: Formula) -> Formula:
    return number(factor * int(a.value)) if isinstance(a, Lit) else Op("multiply", (number(factor), a), INT)
