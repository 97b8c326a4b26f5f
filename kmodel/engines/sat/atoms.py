"""The vocabulary of lemmas: atoms that say what one variable is, and what permutations of interchangeable individuals make of them.

An atom of a bool is the variable itself; of a variable that chooses among values, that it is a certain one; of a number, a bit of it.
So a permutation of individuals takes atoms to atoms, which it would not do with the bits of choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kmodel.engines.sat.circuit import Literal
from kmodel.engines.sat.encode import bounds
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.words import Word, constant
from kmodel.ground.exchange import Asymmetric, Exchange, Exchanges
from kmodel.ground.system import ChoiceShape, ListShape, MapShape, OptionalShape, RecordShape, Shape, State, System, TupleShape
from kmodel.ground.terms import Term, Variable, and_, at_most, equal, not_, number, or_, variable
from kmodel.records import dataclass

Cube = frozenset[int]
"""Atoms by number from 1, negated where negative, all of them true."""

MOST_IMAGES = 5_000


@dataclass(frozen=True, slots=True)
class Atom:
    """`kind` is value (the variable is `value`), bit (bit number `value` of it is set), or true (of a bool)."""

    variable: Variable
    kind: str
    value: int


class TooMany(Exception):
    """A lemma has too many images."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`atoms[n - 1]` is atom n. `exchanges` are permutations of atoms that generate all symmetries (index 0 is unused)."""

    atoms: tuple[Atom, ...]
    exchanges: tuple[tuple[int, ...], ...]

    @staticmethod
    def of(system: System) -> Vocabulary:
        chosen = {which for place in system.places for which in _choices(place.shape)}
        atoms = tuple(atom for which in system.variables for atom in _atoms(which, which in chosen))
        numbers = {atom: at for at, atom in enumerate(atoms, start=1)}
        return Vocabulary(atoms, tuple(_exchanges(system, atoms, numbers)))

    def literals(self, machine: Machine, bits: Mapping[Variable, Word]) -> list[Literal]:
        """The literal of each atom of the state that has these bits."""
        return [_literal(machine, atom, bits[atom.variable]) for atom in self.atoms]

    def holding(self, state: State) -> Cube:
        """The atoms that describe a state: of a choice only the value that it is."""
        found = (self._holds(at, state) for at in range(1, len(self.atoms) + 1))
        return frozenset(each for each in found if each)

    def _holds(self, at: int, state: State) -> int:
        atom = self.atoms[at - 1]
        value = state[atom.variable.index]
        if atom.kind == "value":
            return at if value == atom.value else 0
        return at if (value >> atom.value & 1 if atom.kind == "bit" else value) else -at

    def images(self, cube: Cube) -> set[Cube]:
        """All that permutations make of a cube. Raises TooMany."""
        found, open_ = {cube}, [cube]
        while open_:
            one = open_.pop()
            for moved in self.exchanges:
                image = frozenset(moved[each] if each > 0 else -moved[-each] for each in one)
                if image not in found:
                    found.add(image)
                    open_.append(image)
            if len(found) > MOST_IMAGES:
                raise TooMany
        return found

    def lemma(self, cube: Cube) -> Term:
        """That not all of the cube's atoms hold, as a term: per variable, the values that the atoms leave."""
        by_variable: dict[Variable, list[int]] = {}
        for each in sorted(cube, key=abs):
            by_variable.setdefault(self.atoms[abs(each) - 1].variable, []).append(each)
        return not_(and_(*(self._said(which, atoms) for which, atoms in by_variable.items())))

    def _said(self, which: Variable, atoms: Sequence[int]) -> Term:
        if which.sort == "bool":
            return and_(*(variable(which) if each > 0 else not_(variable(which)) for each in atoms))
        low, high = bounds(which)
        fitting = [value for value in range(low, high + 1) if all(self._fits(each, value) for each in atoms)]
        if self.atoms[abs(atoms[0]) - 1].kind == "bit":
            return or_(*(_between(which, *ends) for ends in _runs(fitting)))
        others = [value for value in range(low, high + 1) if value not in fitting]
        if len(others) < len(fitting):
            return and_(*(not_(equal(variable(which), number(value))) for value in others))
        return or_(*(equal(variable(which), number(value)) for value in fitting))

    def _fits(self, each: int, value: int) -> bool:
        atom = self.atoms[abs(each) - 1]
        return (value == atom.value if atom.kind == "value" else bool(value >> atom.value & 1)) == (each > 0)


def _runs(values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of values that follow each other."""
    known = frozenset(values)
    firsts = (value for value in values if value - 1 not in known)
    return zip(firsts, (value for value in values if value + 1 not in known), strict=True)


def _between(which: Variable, first: int, last: int) -> Term:
    if first == last:
        return equal(variable(which), number(first))
    return and_(at_most(number(first), variable(which)), at_most(variable(which), number(last)))


def _choices(shape: Shape) -> Iterator[Variable]:
    """The variables of a shape that choose among values."""
    match shape:
        case ChoiceShape(which, _):
            yield which
        case OptionalShape(_, item):
            yield from _choices(item)
        case RecordShape(_, fields):
            yield from (each for _, part in fields for each in _choices(part))
        case TupleShape(items) | ListShape(_, items):
            yield from (each for part in items for each in _choices(part))
        case MapShape(pairs):
            yield from (each for _, _, part in pairs for each in _choices(part))
        case _:
            return


def _atoms(which: Variable, chosen: bool) -> Iterator[Atom]:
    if which.sort == "bool":
        yield Atom(which, "true", 0)
        return
    low, high = bounds(which)
    if low == high:
        return
    if chosen or low < 0:
        yield from (Atom(which, "value", value) for value in range(low, high + 1))
    else:
        yield from (Atom(which, "bit", at) for at in range(high.bit_length()))


def _literal(machine: Machine, atom: Atom, word: Word) -> Literal:
    return machine.encoder.words.equal(word, constant(atom.value)) if atom.kind == "value" else word[atom.value]


def _exchanges(system: System, atoms: Sequence[Atom], numbers: Mapping[Atom, int]) -> Iterator[tuple[int, ...]]:
    exchanges = Exchanges(system)
    for group in system.symmetric:
        for other in group.individuals[1:]:
            try:
                by = exchanges.of(group.individuals[0], other)
                yield (0, *(numbers[_image(atom, by)] for atom in atoms))
            except (Asymmetric, KeyError):
                continue


def _image(atom: Atom, by: Exchange) -> Atom:
    which = by.variables.get(atom.variable, atom.variable)
    moved = by.indexes.get(atom.variable)
    return Atom(which, atom.kind, moved[atom.value] if moved is not None else atom.value)
