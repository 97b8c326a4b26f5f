"""Conditions on states in the words of the spec: places by their names, choices by what they choose; and what is so of every choice of
interchangeable individuals said once.

The text of a condition depends on nothing but its meaning and the names of individuals in it: what permutations make of a condition has
the text with the names permuted, which is how a whole orbit is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count, islice, permutations, product
from math import perm, prod
from typing import TypeAlias

from kmodel.ground.describe import describe
from kmodel.ground.show import FORMS, INFIX
from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
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
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass
from kmodel.typed.types import Type
from kmodel.typed.values import Individual, Value

MOST_IMAGES = 5_000

Names = Mapping[Individual, str]
Piece: TypeAlias = "str | Individual | _Written"


@dataclass(frozen=True, slots=True)
class _Written:
    """A value that is to be written, also where it is a text."""

    value: Value


@dataclass(frozen=True, slots=True)
class Named:
    """What a variable is in the spec. `pieces` make its name, values among them are written as the language does; a bool's `pieces` are
    the condition, `negated` its opposite. `values` are those that a choice is among (None: it is a number)."""

    pieces: tuple[Piece, ...]
    negated: tuple[Piece, ...] = ()
    values: tuple[Value, ...] | None = None
    type: Type | None = None


def named(system: System) -> dict[str, Named]:
    """What the system's variables are, by their names."""
    return {name: each for place in system.places for name, each in _of_place(place)}


def _of_place(place: Place) -> Iterator[tuple[str, Named]]:
    short = place.name.rsplit(".", 1)[-1]
    path: tuple[Piece, ...] = (short,) if place.individual is None else (place.individual, f".{short}")
    for name, each in _of_shape(place.shape, path):
        yield name, replace(each, type=place.type)


def _of_shape(shape: Shape, path: tuple[Piece, ...]) -> Iterator[tuple[str, Named]]:
    match shape:
        case BoolShape(which):
            yield which.name, Named(path, ("not ", *path))
        case NumberShape(which):
            yield which.name, Named(path)
        case ChoiceShape(which, values):
            yield which.name, Named(path, values=values)
        case OptionalShape(present, item):
            yield present.name, Named((*path, " != none"), (*path, " == none"))
            yield from _of_shape(item, path)
        case RecordShape(_, parts):
            yield from (each for name, part in parts for each in _of_shape(part, (*path, f".{name}")))
        case TupleShape(items):
            yield from (each for at, part in enumerate(items) for each in _of_shape(part, (*path, f".{at}")))
        case SetShape(items):
            yield from ((which.name, _membership(value, path)) for value, which in items)
        case MapShape(pairs):
            yield from ((which.name, _membership(key, path)) for key, which, _ in pairs)
            yield from (each for key, _, part in pairs for each in _of_shape(part, (*path, "[", _Written(key), "]")))
        case ListShape(length, items):
            yield length.name, Named(("length(", *path, ")"))
            yield from (each for at, part in enumerate(items) for each in _of_shape(part, (*path, f"[{at}]")))
        case _:
            return


def _membership(value: Value, path: tuple[Piece, ...]) -> Named:
    said = (_Written(value), " in ", *path)
    return Named(said, ("not (", *said, ")"))


@dataclass(frozen=True, slots=True)
class Wording:
    """Says terms over variables with these names."""

    known: Mapping[str, Named]

    def said(self, term: Term, names: Names) -> str:
        """The term's text, with these names for individuals, and their own for the others."""
        match term.op, term.arguments:
            case "true" | "false", _:
                return term.op
            case "number", _:
                return str(term.value)
            case "variable", _:
                return self._name(term, names)
            case "not", (part,):
                return self._negation(part, names)
            case "equal", (a, b):
                return self._equality(a, b, "==", names)
            case "and" | "or", parts:
                return self._junction(term.op, parts, names)
            case op, parts:
                return FORMS[op]([self._inner(part, names) for part in parts])

    def _inner(self, term: Term, names: Names) -> str:
        said = self.said(term, names)
        is_one = term.op == "equal" or (term.op == "or" and " or " not in said)
        return said if is_one or term.op not in INFIX else f"({said})"

    def _name(self, term: Term, names: Names) -> str:
        return self._pieces(self._of(term).pieces, names)

    def _of(self, term: Term) -> Named:
        assert isinstance(term.value, Variable)
        return self.known.get(term.value.name, Named((term.value.name,), ("not ", term.value.name)))

    def _pieces(self, pieces: Iterable[Piece], names: Names) -> str:
        return "".join(each if isinstance(each, str) else self._value(_value(each), None, names) for each in pieces)

    def _value(self, value: Value, type_: Type | None, names: Names) -> str:
        if isinstance(value, Individual):
            return names.get(value, value.name)
        if isinstance(value, tuple):
            return f"({', '.join(self._value(each, None, names) for each in value)})"
        return describe(value, type_)

    def _negation(self, part: Term, names: Names) -> str:
        match part.op, part.arguments:
            case "variable", _:
                return self._pieces(self._of(part).negated, names)
            case "equal", (a, b):
                return self._equality(a, b, "!=", names)
            case _:
                return f"not ({self.said(part, names)})"

    def _equality(self, a: Term, b: Term, sign: str, names: Names) -> str:
        if a.op == "number":
            a, b = b, a
        if a.op == "variable" and b.op == "number":
            return f"{self._name(a, names)} {sign} {self._chosen(a, b, names)}"
        return f" {sign} ".join(sorted((self._inner(a, names), self._inner(b, names))))

    def _chosen(self, which: Term, number: Term, names: Names) -> str:
        told = self._of(which)
        assert isinstance(number.value, int)
        value: Value = number.value if told.values is None else told.values[number.value]
        return self._value(value, told.type, names)

    def _junction(self, op: str, parts: Sequence[Term], names: Names) -> str:
        """Several values of one variable are said to be among them."""
        among: dict[Term, list[str]] = {}
        said: list[str] = []
        for part in parts:
            which, number = _compared(part) if op == "or" else (None, None)
            if which is None or number is None:
                said.append(self._inner(part, names))
            else:
                among.setdefault(which, []).append(self._chosen(which, number, names))
        for which, values in among.items():
            name = self._name(which, names)
            said.append(f"{name} == {values[0]}" if len(values) == 1 else f"{name} in {{{', '.join(sorted(values))}}}")
        return f" {op} ".join(sorted(said))

    # ---- who it is about

    def about(self, term: Term) -> dict[Individual, None]:
        """The individuals that the term's text names."""
        found: dict[Individual, None] = {}
        waiting = [term]
        while waiting:
            top = waiting.pop()
            which, number = _compared(top)
            if which is not None and number is not None:
                told = self._of(which)
                assert isinstance(number.value, int)
                found.update(_individuals([told.values[number.value]] if told.values is not None else []))
            if top.op == "variable":
                found.update(_individuals(_value(each) for each in self._of(top).pieces if not isinstance(each, str)))
            waiting.extend(top.arguments)
        return found


def _compared(term: Term) -> tuple[Term | None, Term | None]:
    """The variable and the number, if they are compared."""
    if term.op != "equal":
        return None, None
    a, b = term.arguments if term.arguments[0].op == "variable" else term.arguments[::-1]
    return (a, b) if (a.op, b.op) == ("variable", "number") else (None, None)


def _value(piece: Individual | _Written) -> Value:
    return piece.value if isinstance(piece, _Written) else piece


def _individuals(values: Iterable[Value]) -> Iterator[tuple[Individual, None]]:
    for value in values:
        if isinstance(value, Individual):
            yield value, None
        elif isinstance(value, tuple):
            yield from _individuals(value)


# ---- orbits


def sentences(system: System, lemmas: Sequence[Term]) -> tuple[str, ...]:
    """The lemmas (over variables that have the names of the system's), the shortest first; an orbit as one, for all individuals."""
    wording = Wording(named(system))
    left = {wording.said(lemma, {}): lemma for lemma in lemmas}
    groups = {who: group.individuals for group in system.symmetric for who in group.individuals}
    told: list[str] = []
    for lemma in sorted(left.values(), key=lambda each: len(wording.said(each, {}))):
        own = wording.said(lemma, {})
        if own not in left:
            continue
        movable = {who: groups[who] for who in wording.about(lemma) if who in groups}
        orbit = _orbit(wording, lemma, movable)
        if movable and orbit is not None and orbit <= left.keys():
            left = {said: each for said, each in left.items() if said not in orbit}
            told.append(_for_all(wording, lemma, movable, system))
        else:
            del left[own]
            told.append(own)
    return tuple(told)


def _kinds(movable: Mapping[Individual, tuple[Individual, ...]]) -> dict[tuple[Individual, ...], list[Individual]]:
    """Those of each group that are spoken of."""
    return {group: [who for who, own in movable.items() if own == group] for group in dict.fromkeys(movable.values())}


def _orbit(wording: Wording, lemma: Term, movable: Mapping[Individual, tuple[Individual, ...]]) -> frozenset[str] | None:
    """The texts of all that permutations make of the lemma; None where they are too many."""
    kinds = _kinds(movable)
    if prod(perm(len(group), len(own)) for group, own in kinds.items()) > MOST_IMAGES:
        return None
    texts = set()
    for chosen in product(*(permutations(group, len(own)) for group, own in kinds.items())):
        pairs = (pair for own, others in zip(kinds.values(), chosen, strict=True) for pair in zip(own, others, strict=True))
        texts.add(wording.said(lemma, {who: other.name for who, other in pairs}))
    return frozenset(texts)


def _for_all(wording: Wording, lemma: Term, movable: Mapping[Individual, tuple[Individual, ...]], system: System) -> str:
    """`forall p1, p2 in Pod, n in Node where p1 != p2: …`."""
    names: dict[Individual, str] = {}
    ranges, different = [], []
    taken: set[str] = set()
    for group, own in _kinds(movable).items():
        letters = list(islice(_free(own[0], len(own), taken), len(own)))
        names |= dict(zip(own, letters, strict=True))
        ranges.append(f"{', '.join(letters)} in {_range(group, system)}")
        different += [f"{a} != {b}" for at, a in enumerate(letters) for b in letters[at + 1 :]]
    where = f" where {' and '.join(different)}" if different else ""
    return f"forall {', '.join(ranges)}{where}: {wording.said(lemma, names)}"


def _range(group: tuple[Individual, ...], system: System) -> str:
    """The entity, where the group is all of it."""
    entity = group[0].entity.rsplit(".", 1)[-1]
    return entity if system.scope.get(entity) == len(group) else f"{{{', '.join(who.name for who in group)}}}"


def _free(who: Individual, count_: int, taken: set[str]) -> Iterator[str]:
    """Names of variables that are free, and then taken: `p` where one is wanted, else `p1`, `p2`, …"""
    letter = who.entity.rsplit(".", 1)[-1][0].lower()
    numbered = (f"{letter}{number}" for number in count(1))
    for name in numbered if count_ > 1 else chain([letter], numbered):
        if name not in taken:
            taken.add(name)
            yield name
