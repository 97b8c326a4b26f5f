"""What permuting individuals does to a system: each place goes to the place of another, and in each variable that chooses among values the
index of a value becomes that of the value with the individuals exchanged.

Where the image of a term cannot be written down (an index is computed with, an order of individuals is used) there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias, TypeVar

from kmodel.ground.mentioned import spoken_of
from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    Place,
    RecordShape,
    SetShape,
    Shape,
    System,
    TupleShape,
)
from kmodel.ground.terms import Term, Variable, number, primed, variable
from kmodel.records import dataclass
from kmodel.typed.values import Individual, MapValue, RecordValue, Value

Permutation: TypeAlias = tuple[int, ...]
Form: TypeAlias = int
"""The number of a term up to the order of arguments that have none: two terms with the same one mean the same."""

Names: TypeAlias = Mapping[Individual, Individual]
Found = TypeVar("Found")
_UNORDERED = frozenset({"and", "or", "count", "add", "equal", "iff"})


class Asymmetric(Exception):
    """The exchange takes something to what the system does not have, or cannot be followed."""


class _Forms:
    """All forms there are, as terms are interned once for all. `reads` has, for each term, bit i for the variable with index i."""

    def __init__(self) -> None:
        self.known: dict[tuple[object, ...], Form] = {}
        self.plain: dict[Term, Form] = {}
        self.reads: dict[Term, int] = {}

    def made(self, op: str, parts: Sequence[Form]) -> Form:
        return self._numbered((op, *(sorted(parts) if op in _UNORDERED else parts)))

    def _numbered(self, key: tuple[object, ...]) -> Form:
        return self.known.setdefault(key, len(self.known))

    def of(self, term: Term) -> Form:
        """The form of the term itself."""
        if term not in self.plain:
            for part in _arguments_first(term, self.plain):
                parts = [self.plain[argument] for argument in part.arguments]
                self.plain[part] = self.made(part.op, parts) if parts else self._numbered(("leaf", part.serial))
        return self.plain[term]

    def read(self, term: Term) -> int:
        """The variables that the term speaks of."""
        if term not in self.reads:
            for part in _arguments_first(term, self.reads):
                bits = 1 << part.value.index if isinstance(part.value, Variable) else 0
                for argument in part.arguments:
                    bits |= self.reads[argument]
                self.reads[part] = bits
        return self.reads[term]


FORMS = _Forms()


@dataclass(slots=True)
class Exchange:
    """What permuting individuals does: to variables, and to the indexes that are their values (only where it moves any). `moved` has
    bit i where it does something to the variable with index i."""

    variables: dict[Variable, Variable] = field(default_factory=dict)
    indexes: dict[Variable, Permutation] = field(default_factory=dict)
    done: dict[Term, Form] = field(default_factory=dict)
    moved: int = 0
    permutations: dict[tuple[int, int], Permutation] = field(default_factory=dict)

    def permutation(self, values: Sequence[Value], others: Sequence[Value], names: Names) -> Permutation:
        """Where each value's image is among the others. Places of one type share their values, so objects are told by their ids."""
        key = (id(values), id(others))
        if key not in self.permutations:
            self.permutations[key] = _permutation(values, others, names)
        return self.permutations[key]

    def term(self, term: Term) -> Form:
        """The form of the image of a bool or number."""
        if not self._touched(term):
            return FORMS.of(term)
        for part in _arguments_first(term, self.done, self._touched):
            self.done[part] = self._one(part)
        return self.done[term]

    def _touched(self, term: Term) -> bool:
        return FORMS.read(term) & self.moved != 0

    def _part(self, term: Term) -> Form:
        return self.done[term] if term in self.done else FORMS.of(term)

    def value(self, which: Variable, term: Term) -> Form:
        """The form of the image of what a variable gets."""
        moved = self.indexes.get(which)
        return self.term(term) if moved is None else self._index(term, moved)

    def _one(self, term: Term) -> Form:
        """The image of a term whose arguments have theirs; indexes that move have none outside of `equal` and `select`."""
        if isinstance(term.value, Variable):
            other = self.variables.get(term.value, term.value)
            return FORMS.of(variable(other) if term.op == "variable" else primed(other))
        moved = self._moved(term.arguments[0]) or (self._moved(term.arguments[1]) if len(term.arguments) > 1 else None)
        if moved is not None and term.op == "equal":
            return FORMS.made("equal", [self._index(argument, moved) for argument in term.arguments])
        if moved is not None and term.op == "select" and self._moved(term.arguments[0]) is not None:
            return self._selected(term, moved, [self._part(option) for option in term.arguments[1:]])
        if term.op not in ("if", "select") and any(self._moved(argument) is not None for argument in term.arguments):
            raise Asymmetric
        return FORMS.made(term.op, [self._part(argument) for argument in term.arguments])

    def _selected(self, term: Term, moved: Permutation, options: Sequence[Form]) -> Form:
        if len(moved) != len(options):
            raise Asymmetric
        placed = list(options)
        for at, option in enumerate(options):
            placed[moved[at]] = option
        return FORMS.made("select", [self._index(term.arguments[0], moved), *placed])

    def _moved(self, term: Term) -> Permutation | None:
        """How the indexes that the term can be are moved; None for what is no such index."""
        if isinstance(term.value, Variable):
            return self.indexes.get(term.value)
        if term.sort == "int" and term.op in ("if", "select"):
            return next((moved for option in term.arguments[1:] if (moved := self._moved(option)) is not None), None)
        return None

    def _index(self, term: Term, moved: Permutation) -> Form:
        """The image of an index."""
        if term.op == "number":
            assert isinstance(term.value, int)
            if not 0 <= term.value < len(moved):
                raise Asymmetric
            return FORMS.of(number(moved[term.value]))
        if isinstance(term.value, Variable) and self.indexes.get(term.value) == moved:
            return self.term(term)
        if term.op == "if":
            condition, a, b = term.arguments
            return FORMS.made("if", [self.term(condition), self._index(a, moved), self._index(b, moved)])
        if term.op == "select":
            options = [self._index(option, moved) for option in term.arguments[1:]]
            inner = self._moved(term.arguments[0])
            if inner is not None:
                return self._selected(term, inner, options)
            return FORMS.made("select", [self.term(term.arguments[0]), *options])
        raise Asymmetric


def _always(_: Term) -> bool:
    return True


def _arguments_first(term: Term, done: Mapping[Term, object], wanted: Callable[[Term], bool] = _always) -> Iterator[Term]:
    """The term and what of its parts is wanted and not done (the caller does it), parts first."""
    stack = [term]
    while stack:
        if stack[-1] in done:
            stack.pop()
            continue
        waiting = [argument for argument in stack[-1].arguments if argument not in done and wanted(argument)]
        if waiting:
            stack.extend(waiting)
        else:
            yield stack.pop()


# ---- the exchange of two individuals


class Exchanges:
    """The exchanges of a system's individuals."""

    def __init__(self, system: System) -> None:
        self._places = {(place.name, place.individual): place for place in system.places}
        self._about: dict[Individual, list[Place]] = {}
        for place in system.places:
            for who in spoken_of(place):
                self._about.setdefault(who, []).append(place)

    def of(self, one: Individual, other: Individual) -> Exchange:
        """What exchanging the two does to the system's variables. Raises Asymmetric."""
        return self.permuting({one: other, other: one})

    def permuting(self, names: Names) -> Exchange:
        """What it does to the system's variables that each individual becomes another. Raises Asymmetric."""
        made = Exchange()
        for place in (place for who in names for place in self._about.get(who, ())):
            whose = place.individual
            target = self._places.get((place.name, None if whose is None else names.get(whose, whose)))
            if target is None:
                raise Asymmetric
            _pair(made, place.shape, target.shape, names)
        for which, image in made.variables.items():
            if (which.sort, which.low, which.high, which.rigid) != (image.sort, image.low, image.high, image.rigid):
                raise Asymmetric
        changed = {which for which, image in made.variables.items() if image != which} | made.indexes.keys()
        made.moved = sum(1 << which.index for which in changed)
        return made


def exchange(system: System, one: Individual, other: Individual) -> Exchange:
    """What exchanging the two does to the system's variables. Raises Asymmetric."""
    return Exchanges(system).of(one, other)


def _moved_value(value: Value, names: Names) -> Value:
    match value:
        case Individual():
            return names.get(value, value)
        case tuple():
            return tuple(_moved_value(item, names) for item in value)
        case frozenset():
            return frozenset(_moved_value(item, names) for item in value)
        case RecordValue(record, fields):
            return RecordValue(record, tuple((name, _moved_value(item, names)) for name, item in fields))
        case MapValue(pairs):
            return MapValue.of({_moved_value(key, names): _moved_value(item, names) for key, item in pairs})
        case _:
            return value


def _pair(made: Exchange, shape: Shape, target: Shape, names: Names) -> None:
    """Takes each variable of a shape to the one of the other with the same part in it."""
    match shape, target:
        case FixedShape(value), FixedShape(other):
            if _moved_value(value, names) != other:
                raise Asymmetric
        case (BoolShape(which), BoolShape(image)) | (NumberShape(which), NumberShape(image)):
            made.variables[which] = image
        case ChoiceShape(which, values), ChoiceShape(image, others):
            made.variables[which] = image
            moved = made.permutation(values, others, names)
            if moved != tuple(range(len(values))):
                made.indexes[which] = moved
        case OptionalShape(given, item), OptionalShape(image, other_item):
            made.variables[given] = image
            _pair(made, item, other_item, names)
        case _:
            _pair_parts(made, shape, target, names)


def _pair_parts(made: Exchange, shape: Shape, target: Shape, names: Names) -> None:
    match shape, target:
        case RecordShape(_, fields), RecordShape(_, others) if len(fields) == len(others):
            for (_, part), (_, other) in zip(fields, others, strict=True):
                _pair(made, part, other, names)
        case TupleShape(items), TupleShape(others) if len(items) == len(others):
            for part, other in zip(items, others, strict=True):
                _pair(made, part, other, names)
        case SetShape(known), SetShape(others):
            images = dict(others)
            made.variables.update((which, _found(images, _moved_value(value, names))) for value, which in known)
        case MapShape(pairs), MapShape(others):
            entries = {key: (there, part) for key, there, part in others}
            for key, there, part in pairs:
                image, other = _found(entries, _moved_value(key, names))
                made.variables[there] = image
                _pair(made, part, other, names)
        case ListShape(length, items), ListShape(image, others) if len(items) == len(others):
            made.variables[length] = image
            for part, other in zip(items, others, strict=True):
                _pair(made, part, other, names)
        case _:
            raise Asymmetric


def _found(known: Mapping[Value, Found], value: Value) -> Found:
    if value not in known:
        raise Asymmetric
    return known[value]


def _permutation(values: Sequence[Value], others: Sequence[Value], names: Names) -> Permutation:
    places = {value: at for at, value in enumerate(others)}
    return tuple(_found(places, _moved_value(value, names)) for value in values)
