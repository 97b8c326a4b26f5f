"""What permuting individuals does to states: values move between variables, and indexes of individuals become others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmodel.ground.exchange import Exchange, exchange
from kmodel.ground.system import State, SymmetricGroup, System
from kmodel.records import dataclass
from kmodel.typed.values import Individual


@dataclass(frozen=True, slots=True)
class Move:
    """The value of variable i goes to variable `to[i]`, and becomes `values[i][value]` on its way (None: it stays what it is)."""

    to: tuple[int, ...]
    values: tuple[tuple[int, ...] | None, ...]

    def __call__(self, state: State) -> State:
        moved = [0] * len(state)
        for value, to, values in zip(state, self.to, self.values, strict=True):
            moved[to] = value if values is None else values[value]
        return tuple(moved)

    def then(self, other: Move) -> Move:
        """This move and the other after it."""
        values = (_then(mine, other.values[to]) for to, mine in zip(self.to, self.values, strict=True))
        return Move(tuple(other.to[to] for to in self.to), tuple(values))

    @property
    def nothing(self) -> bool:
        return all(at == to for at, to in enumerate(self.to)) and not any(self.values)

    @property
    def moved(self) -> frozenset[int]:
        """The variables whose values go elsewhere."""
        return frozenset(at for at, to in enumerate(self.to) if at != to)


def _then(first: tuple[int, ...] | None, second: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if first is None or second is None:
        return first if second is None else second
    return tuple(second[value] for value in first)


def identity(variables: int) -> Move:
    return Move(tuple(range(variables)), (None,) * variables)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Two individuals exchanged: on the system's terms, and on its states."""

    terms: Exchange
    move: Move


def exchanged(system: System, one: Individual, other: Individual) -> Exchanged:
    """The exchange of two individuals of a symmetric group."""
    made = exchange(system, one, other)
    to = tuple(made.variables.get(which, which).index for which in system.variables)
    return Exchanged(made, Move(to, tuple(made.indexes.get(which) for which in system.variables)))


def neighbours(system: System, group: SymmetricGroup) -> tuple[Exchanged, ...]:
    """The exchanges of each individual of a group with the next: together they make every permutation of it."""
    return tuple(exchanged(system, *pair) for pair in zip(group.individuals, group.individuals[1:], strict=False))


def all_moves(steps: Sequence[Move], variables: int) -> dict[tuple[int, ...], Move]:
    """Every permutation of a group, whose neighbours `steps` exchange: `p[i]` is where the i-th individual goes."""
    first = tuple(range(len(steps) + 1))
    made = {first: identity(variables)}
    open_ = [first]
    for order in open_:
        for at, step in enumerate(steps):
            swap = {at: at + 1, at + 1: at}
            further = tuple(swap.get(place, place) for place in order)
            if further not in made:
                made[further] = made[order].then(step)
                open_.append(further)
    return made


def orbit(state: State, moves: Iterable[Move]) -> dict[State, None]:
    """All states that the moves make of one, in the order in which they are found."""
    steps = list(moves)
    found = {state: None}
    open_ = [state]
    for here in open_:
        for move in steps:
            image = move(here)
            if image not in found:
                found[image] = None
                open_.append(image)
    return found
