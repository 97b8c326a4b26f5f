"""A part of a circuit as clauses that can be put at any place of an unrolled behaviour.

The clauses are made once. At a place each gate gets the next free number of the solver and each input the literal that feeds it there:
one look-up a literal, in a list whose negative indexes hold the negations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kmodel.engines.sat.circuit import INPUT, TRUE, Circuit, Clause, Literal, clauses
from kmodel.records import dataclass

Table = list[int]


@dataclass(frozen=True, slots=True)
class Template:
    """Gates are numbered anew: 1 is true, then the `fed` inputs, then all others, `size` in all. `roots` are in these numbers."""

    fed: int
    size: int
    pairs: tuple[tuple[int, int], ...]
    triples: tuple[tuple[int, int, int], ...]
    longer: tuple[tuple[int, ...], ...]
    roots: tuple[Literal, ...]
    numbers: Mapping[int, int]

    @staticmethod
    def of(circuit: Circuit, inputs: Sequence[int], roots: Sequence[Literal]) -> Template:
        """All that the roots depend on, over these inputs (and others, which are free at each place)."""
        fed = set(inputs)
        own = [number for number in circuit.cone(roots) if number not in fed]
        numbers = {TRUE: TRUE} | {number: at for at, number in enumerate((*inputs, *own), start=2)}
        by_size: dict[int, list[tuple[int, ...]]] = {2: [], 3: []}
        for number in own:
            if circuit.gates[number][0] != INPUT:
                for clause in clauses(number, circuit.gates[number]):
                    put = tuple(numbers[each] if each > 0 else -numbers[-each] for each in clause)
                    by_size.setdefault(min(len(put), 4), []).append(put)
        ends = tuple(numbers[root] if root > 0 else -numbers[-root] for root in roots)
        pairs = tuple((a, b) for a, b in by_size[2])
        triples = tuple((a, b, c) for a, b, c in by_size[3])
        return Template(len(inputs), len(numbers), pairs, triples, tuple(by_size.get(4, ())), ends, numbers)

    def table(self, feed: Sequence[Literal], first: int) -> Table:
        """What each number is at a place where the inputs are fed by these literals and `first` is the first free one."""
        there = [0, TRUE, *feed, *range(first, first + self.size - 1 - self.fed)]
        return [*there, *(-literal for literal in reversed(there[1:]))]

    def next_free(self, first: int) -> int:
        return first + self.size - 1 - self.fed

    def clauses(self, table: Table) -> list[Clause]:
        made = [[table[a], table[b]] for a, b in self.pairs]
        made += [[table[a], table[b], table[c]] for a, b, c in self.triples]
        made += [[table[each] for each in clause] for clause in self.longer]
        return made

    def outputs(self, table: Table) -> list[Literal]:
        return [table[root] for root in self.roots]
