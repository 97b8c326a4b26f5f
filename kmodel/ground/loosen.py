"""Constants as if they could be otherwise: of each part of a value that is written somewhere, what it would be if it were not.

A number may be any number (not a negative one, if it is none), a bool or a member the others, a text one of those that stand under the
same name elsewhere; what an optional, a set, a map or a short list has may be missing. Nothing that is not written comes to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from kmodel.ground.evaluate import Definition, Known, Written, gathered
from kmodel.ground.shapes import Shaper
from kmodel.ground.symbolic import Sym, choice, fields, items, maybe, ordered, settle, subset, table
from kmodel.ground.terms import TRUE, Term, Variable, and_, equal, number, truth, variable
from kmodel.manifests import Given, Path, constant, places
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.expressions import Expr, MakeItems, MakeMap, MakeRecord
from kmodel.typed.module import FieldSymbol, Program
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EnumType,
    IntOrStringType,
    IntType,
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
from kmodel.typed.values import Individual, MapValue, Member, RecordValue, Value

_LONGEST = 8
"""A longer list keeps all its items."""

_WIDEST = 4096
"""A number of a wider range than this is what it is: it names something (a port) and measures nothing."""

_MOST_TEXTS = 24
_MOST_COUNTED = 11
"""What may be a number or a text may be a number below this."""

_ENVELOPE = frozenset({"kind", "apiVersion", "metadata.name", "metadata.namespace", "#copy"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a constant, written at `span`: of the constant `name` (a field's of its `owners`, or a module's) what `path` leads to.

    `holds`: it is as written there (TRUE of a range of addresses, which is never loose). `knob`: the variable that a number is, and the
    number written. `whole` is the constant's value."""

    owners: tuple[Individual, ...]
    name: str
    path: Path
    whole: Value
    type: Type
    span: Span = field(compare=False, repr=False)
    holds: Term = field(repr=False)
    knob: tuple[Variable, int] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """A constant to be taken apart. `spans` are the places of its parts."""

    who: Individual | None
    name: str
    type: Type
    value: Value
    spans: Mapping[Path, Span]

    def span(self, path: Path) -> Span:
        """Of the part, or of the least part around it that has a place."""
        return next(self.spans[path[:size]] for size in range(len(path), -1, -1) if path[:size] in self.spans)


@dataclass(slots=True)
class Loosener:
    """Takes constants apart when they are first asked for. What is read from one place is one constant, whoever has it."""

    program: Program
    shaper: Shaper
    given: Mapping[Individual, Given]
    parts: list[Part] = field(default_factory=list)
    known: dict[tuple[object, ...], Sym] = field(default_factory=dict)
    origins: dict[tuple[object, ...], range] = field(default_factory=dict)
    texts: dict[str, dict[str, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for given in self.given.values():
            for name, value in given.fields.items():
                for key, text in _texts(name, value):
                    self.texts.setdefault(key, {})[text] = None

    def field(self, who: Individual, symbol: FieldSymbol, definition: Definition) -> Definition:
        """An individual's constant, as far as it is written somewhere."""
        if _ENVELOPE.intersection((symbol.at, *symbol.of)):
            return definition
        return self._loose(self._whole(who, symbol.name, symbol.type, definition), definition)

    def const(self, name: str, type_: Type, definition: Definition) -> Definition:
        return self._loose(self._whole(None, name, type_, definition), definition)

    def _loose(self, whole: Whole | None, definition: Definition) -> Definition:
        if whole is None:
            return definition
        place = whole.spans[()]
        key = (whole.name, place.source.name, place.start, place.end, whole.value)
        if key not in self.known:
            before = len(self.parts)
            self.known[key] = self._value(whole, whole.type, whole.value, (), TRUE)
            self.origins[key] = range(before, len(self.parts))
        if whole.who is not None:
            for at in self.origins[key]:
                self.parts[at] = replace(self.parts[at], owners=tuple(dict.fromkeys((*self.parts[at].owners, whole.who))))
        return Known(self.known[key])

    def _whole(self, who: Individual | None, name: str, type_: Type, definition: Definition) -> Whole | None:
        """What is given or written without anything to compute."""
        match definition:
            case Known(value) if who is not None and name in self.given[who].spans:
                given = self.given[who]
                node = given.nodes.get(name)
                return Whole(who, name, type_, value, {(): given.spans[name]} if node is None else places(self.program, type_, node))  # type: ignore[arg-type] # given
            case Written(expr, _, at):
                part = expr.items[at] if at is not None and isinstance(expr, MakeItems) else expr
                found = constant(part)
                return None if found is None else Whole(who, name, type_, found.value, dict(_written(part, ())))
            case _:
                return None

    # ---- by type

    def _value(self, whole: Whole, type_: Type, value: Value, path: Path, there: Term) -> Sym:
        """The part at the path, which is meant where `there` holds."""
        match type_, value:
            case OptionalType(item=inner), _ if value is not None:
                given = self._missing(whole, path, there)
                return maybe(given, self._value(whole, inner, value, path, and_(there, given)))
            case RecordType(name=record), RecordValue(fields=pairs):
                types = {each.name: each.type for each in self.program.records[record].fields}
                return fields(record, [(name, self._value(whole, types[name], part, (*path, name), there)) for name, part in pairs])
            case MapType(value=inner), MapValue(pairs=pairs):
                return table(self._entry(whole, inner, key, part, (*path, str(key)), there) for key, part in pairs)
            case SetType(), frozenset():
                return subset((item, self._missing(whole, path, there)) for item in ordered(value))
            case ListType(item=inner), tuple():
                return self._list(whole, inner, value, path, there)
            case TupleType(items=types), tuple():
                parts = zip(types, value, strict=True)
                return items([self._value(whole, inner, part, (*path, at), there) for at, (inner, part) in enumerate(parts)])
            case _:
                return self._atom(whole, type_, value, path, there)

    def _entry(self, whole: Whole, type_: Type, key: Value, value: Value, path: Path, there: Term) -> tuple[Value, Term, Sym]:
        given = self._missing(whole, path, there)
        return key, given, self._value(whole, type_, value, path, and_(there, given))

    def _list(self, whole: Whole, type_: Type, value: tuple[Value, ...], path: Path, there: Term) -> Sym:
        short = len(value) <= _LONGEST
        given = [self._missing(whole, (*path, at), there) if short else TRUE for at in range(len(value))]
        parts = [self._value(whole, type_, part, (*path, at), and_(there, given[at])) for at, part in enumerate(value)]
        return gathered(list(zip(parts, given, strict=True))) if value else ()

    def _missing(self, whole: Whole, path: Path, there: Term) -> Term:
        """Whether the part is there."""
        which = self._make(whole, path, "bool", 0, 1)
        self._say(whole, path, and_(there, variable(which)))
        return variable(which)

    def _atom(self, whole: Whole, type_: Type, value: Value, path: Path, there: Term) -> Sym:
        match type_, value:
            case BoolType(), bool():
                which = self._make(whole, path, "bool", 0, 1)
                self._say(whole, path, and_(there, equal(variable(which), truth(value))))
                return variable(which)
            case ((IntType() | RangeType()), int()):
                low, high = self.shaper.bounds(type_) if isinstance(type_, RangeType) else (0 if value >= 0 else None, None)
                if high is not None and low is not None and high - low > _WIDEST:
                    return value
                which = self._make(whole, path, "int", low, high)
                self._say(whole, path, and_(there, equal(variable(which), number(value))), (which, value))
                return settle(variable(which))
            case CidrType(), _:
                self._say(whole, path, TRUE)
                return value
            case EnumType(name=name), Member():
                return self._one_of(whole, value, [Member(name, each) for each in self.program.enums[name].members], path, there)
            case IntOrStringType(), int() | str():
                return self._one_of(whole, value, [value, *range(_MOST_COUNTED), *self.texts.get(whole.name, ())], path, there)
            case StringType(), str():
                key = next((step for step in reversed(path) if isinstance(step, str)), whole.name)
                return self._one_of(whole, value, [value, *list(self.texts.get(key, ()))[:_MOST_TEXTS]], path, there)
            case _:
                return value

    def _one_of(self, whole: Whole, value: Value, others: Sequence[Value], path: Path, there: Term) -> Sym:
        universe = list(dict.fromkeys(others))
        if len(universe) == 1:
            return value
        which = self._make(whole, path, "int", 0, len(universe) - 1)
        self._say(whole, path, and_(there, equal(variable(which), number(universe.index(value)))))
        return choice(variable(which), universe)

    def _make(self, whole: Whole, path: Path, sort: str, low: int | None, high: int | None) -> Variable:
        label = ".".join(map(str, (whole.who or "", whole.name, *path)))
        return self.shaper.make(label, sort, low, high, True)

    def _say(self, whole: Whole, path: Path, holds: Term, knob: tuple[Variable, int] | None = None) -> None:
        self.parts.append(Part((), whole.name, path, whole.value, whole.type, whole.span(path), holds, knob))


def _texts(key: str, value: Value) -> Iterator[tuple[str, str]]:
    """The texts in a value, each with the innermost name that it stands under."""
    match value:
        case str():
            yield key, value
        case RecordValue(fields=pairs) | MapValue(pairs=pairs):
            for name, part in pairs:
                yield from _texts(str(name), part)
        case tuple() | frozenset():
            for part in value:
                yield from _texts(key, part)
        case _:
            return


def _written(expr: Expr, path: Path) -> Iterator[tuple[Path, Span]]:
    """The places of the parts of an expression that needs no evaluation."""
    yield path, expr.span
    match expr:
        case MakeRecord(fields=pairs):
            for name, part in pairs:
                yield from _written(part, (*path, name))
        case MakeItems(items=parts) if not isinstance(expr.type, SetType):
            for at, part in enumerate(parts):
                yield from _written(part, (*path, at))
        case MakeMap(pairs=entries):
            for key, part in entries:
                known = constant(key)
                yield from _written(part, (*path, str(known.value) if known else ""))
        case _:
            return
