"""What influences what: for each variable, all that its value can depend on, as a set of bits (bit i is the variable at position i)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kmodel.graphs import components
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import System
from kmodel.ground.terms import Term, Variable


class Influence:
    """Closed under: the guards and conditions of actions that write a variable, what they write to it, and what ties first states.

    `fair`: an action of a fairness group brings in the whole group, with all that it writes, since it matters whether it can be taken.
    """

    def __init__(self, system: System, reads: Reads, *, fair: bool) -> None:
        self._reads = reads
        self._variables = system.variables
        self._places = {which: at for at, which in enumerate(system.variables)}
        self._direct = [0] * len(system.variables)
        self._tie_starts(system)
        gates = [self._gate(system, at, fair) for at in range(len(system.actions))]
        for action, gate in zip(system.actions, gates, strict=True):
            for which, term in action.updates:
                self._direct[self._places[which]] |= gate | self._bits(reads(term))
        for group in system.fairness if fair else ():
            self._bring_in(system, group.actions, gates)
        self._closed = self._closures()

    def of(self, seeds: Iterable[Variable]) -> frozenset[Variable]:
        """The seeds and all that influences them."""
        together = 0
        for which in seeds:
            together |= self._closed[self._places[which]]
        return frozenset(self._variables[at] for at in _ones(together))

    def _tie_starts(self, system: System) -> None:
        for start in system.starts:
            if start.value is not None:
                self._direct[self._places[start.variable]] |= self._read(start.value)
        for term in system.initial:
            together = self._read(term)
            for at in _ones(together):
                self._direct[at] |= together

    def _gate(self, system: System, at: int, fair: bool) -> int:
        """What decides whether the action is taken or undefined; `fair`: and what it writes."""
        action = system.actions[at]
        gate = self._read(action.guard)
        for each in action.undefined:
            gate |= self._read(each.condition)
        return gate | self._bits(which for which, _ in action.updates) if fair else gate

    def _bring_in(self, system: System, group: Sequence[int], gates: Sequence[int]) -> None:
        together = 0
        for at in group:
            together |= gates[at]
        for at in group:
            for which, _ in system.actions[at].updates:
                self._direct[self._places[which]] |= together

    def _closures(self) -> list[int]:
        """Along the strongly connected components, what is depended on first: all of one have the same closure."""
        closed = [0] * len(self._direct)
        for component in components(range(len(self._direct)), lambda at: _ones(self._direct[at])):
            together = 0
            for at in component:
                together |= 1 << at
                for other in _ones(self._direct[at]):
                    together |= closed[other]
            for at in component:
                closed[at] = together
        return closed

    def _read(self, term: Term) -> int:
        return self._bits(self._reads(term))

    def _bits(self, variables: Iterable[Variable]) -> int:
        bits = 0
        for which in variables:
            bits |= 1 << self._places[which]
        return bits


def _ones(bits: int) -> Iterator[int]:
    while bits:
        least = bits & -bits
        yield least.bit_length() - 1
        bits ^= least
