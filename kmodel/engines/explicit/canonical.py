"""The one state of each orbit that stands for all of it, and how many states the orbit has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, permutations, product
from math import factorial, prod

from kmodel.engines.explicit.layout import Layout
from kmodel.engines.explicit.moves import Move, all_moves
from kmodel.engines.explicit.orbits import SearchedGroup, SortedGroup, Symmetry
from kmodel.ground.system import State


class Canonical:
    """Packed states to packed states that stand for their orbits."""

    def __init__(self, symmetry: Symmetry, form: Layout) -> None:
        self.form = form
        self.order, self.from_starts = symmetry.order, symmetry.from_starts
        self.sorted = symmetry.sorted
        self.sizes: dict[int, int] = {}
        self.lows = tuple(field.low for field in form.fields)
        self.searched = [(group, all_moves(group.steps, len(form.fields))) for group in symmetry.searched]

    def __call__(self, packed: int) -> int:
        """The least image that the permutations make of the state."""
        return min(self._images(packed))

    def size(self, packed: int) -> int:
        """How many states are in the state's orbit."""
        if packed not in self.sizes:
            self.sizes[packed] = self._size(packed)
        return self.sizes[packed]

    def _size(self, packed: int) -> int:
        images = list(self._images(packed))
        least = min(images)
        state = self.form.decode(least)
        same = prod(factorial(many) for group in self.sorted for many in Counter(_contents(state, group)).values())
        return self.order // (images.count(least) * same)

    def _images(self, packed: int) -> Iterator[int]:
        """The images with keys in order, each with its records sorted: which of them is least does not depend on the state's place
        in its orbit."""
        state = self.form.decode(packed)
        choices = [[moves[order] for order in _orders(self._keys(state, group))] for group, moves in self.searched]
        for chosen in product(*choices):
            yield self.form.encode(self._sorted(_applied(chosen, state)))

    def _keys(self, state: State, group: SearchedGroup) -> list[tuple[int, ...]]:
        return [tuple(self._sum(state, parts) for parts in key) for key in group.keys]

    def _sum(self, state: State, parts: Sequence[tuple[int, tuple[int, ...] | None]]) -> int:
        lows = self.lows
        return sum(state[at] - lows[at] if counts is None else counts[state[at] - lows[at]] for at, counts in parts)

    def _sorted(self, state: State) -> State:
        made = list(state)
        for group in self.sorted:
            for record, contents in zip(group.records, sorted(_contents(state, group)), strict=True):
                for at, value in zip(record, contents, strict=True):
                    made[at] = value
        return tuple(made)


def _applied(moves: Sequence[Move], state: State) -> State:
    for move in moves:
        state = move(state)
    return state


def _contents(state: State, group: SortedGroup) -> list[tuple[int, ...]]:
    return [tuple(state[at] for at in record) for record in group.records]


def _orders(keys: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """The permutations that put the keys in order: `p[i]` is where the i-th individual goes."""
    ranked = sorted(range(len(keys)), key=keys.__getitem__)
    ties = [list(tie) for _, tie in groupby(ranked, key=keys.__getitem__)]
    for chosen in product(*(permutations(tie) for tie in ties)):
        places = {who: place for place, who in enumerate(who for tie in chosen for who in tie)}
        yield tuple(places[who] for who in range(len(keys)))
