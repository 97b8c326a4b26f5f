"""The states of a search by columns: words, parents, and which of a batch are new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kmodel.engines.explicit.native.packing import Field, Packing
from kmodel.ground.system import State
from kmodel.ground.terms import Variable

Words = Any
"""An array of unsigned 64-bit words: a row a state."""


class Space:
    """States breadth first. Those of one word are found in a sorted array, wider ones in a set."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self.levels: list[Words] = []
        self.parents: list[Any] = []
        self.firsts: list[int] = []
        self.sorted: Any = np.zeros(0, np.uint64)
        self.rows: set[bytes] = set()
        self.states = 0

    def add(self, words: Words, parents: Any) -> Words:
        """The next level: those of the states that are new, each once, the first in order."""
        fresh = self._fresh(words)
        level = words[fresh]
        self.firsts.append(self.states)
        self.levels.append(level)
        self.parents.append(parents[fresh])
        self.states += len(level)
        return level

    def _fresh(self, words: Words) -> Any:
        """Positions, ascending."""
        if self.packing.words > 1:
            return self._fresh_rows(words)
        values, firsts = np.unique(words[:, 0], return_index=True)
        places: Any = np.searchsorted(self.sorted, values)
        known: Any = np.zeros(len(values), bool)
        inside = places < len(self.sorted)
        known[inside] = self.sorted[places[inside]] == values[inside]
        self.sorted = np.sort(np.concatenate([self.sorted, values[~known]]), kind="stable")
        return np.sort(firsts[~known])

    def _fresh_rows(self, words: Words) -> Any:
        rows, found = self.rows, list[int]()
        for at, row in enumerate(map(bytes, np.ascontiguousarray(words).view(f"V{8 * words.shape[1]}")[:, 0])):
            if row not in rows:
                rows.add(row)
                found.append(at)
        return np.array(found, np.int64)

    def state(self, index: int) -> State:
        level, at = self._place(index)
        return self.packing.decode([int(word) for word in self.levels[level][at]])

    def way(self, index: int) -> list[int]:
        """The indexes from a first state to this one."""
        indexes = [index]
        while True:
            level, at = self._place(indexes[-1])
            before = int(self.parents[level][at])
            if before < 0:
                return indexes[::-1]
            indexes.append(before)

    def _place(self, index: int) -> tuple[int, int]:
        level = int(np.searchsorted(np.array(self.firsts), index, side="right")) - 1
        return level, index - self.firsts[level]

    @property
    def used(self) -> int:
        """Bytes, about."""
        return self.states * (16 * self.packing.words + 8 if self.packing.words == 1 else 12 * self.packing.words + 100)


def encoded(packing: Packing, states: Sequence[State]) -> Words:
    return np.array([packing.encode(state) for state in states], np.uint64).reshape(len(states), packing.words)


def columns(packing: Packing, words: Words) -> dict[Variable, Any]:
    """A column for each variable."""
    return {field.variable: _column(field, words) for field in packing.fields}


def _column(field: Field, words: Words) -> Any:
    bits = words[:, field.word] >> np.uint64(field.offset) & np.uint64((1 << field.width) - 1)
    return bits != 0 if field.variable.sort == "bool" else bits.astype(np.int64) + field.low


def put(field: Field, words: Words, column: Any) -> None:
    """Writes a variable's values, which are within its bounds."""
    values = np.broadcast_to(column, len(words)).astype(np.int64) - field.low
    kept = words[:, field.word] & np.uint64(~field.mask & (1 << 64) - 1)
    words[:, field.word] = kept | values.astype(np.uint64) << np.uint64(field.offset)
