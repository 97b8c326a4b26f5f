"""A hash-consed circuit of bits.

A literal is a gate's number or, for its negation, minus it; gate 1 is true. Equal gates are one gate, and constants fold, so that what
two frames, claims or actions have in common is there once. `and` takes any number of inputs; `xor`, `if` and `majority` are gates of
their own because solvers learn more from them than from their ands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Literal: TypeAlias = int
Gate: TypeAlias = tuple[int, ...]
Clause: TypeAlias = list[int]

TRUE, FALSE = 1, -1
INPUT, AND, XOR, IF, MAJORITY = range(5)


class Circuit:
    """`gates[n]` is gate n: its kind and its inputs, in the order in which they were made (0 and 1 stand for nothing and true)."""

    def __init__(self) -> None:
        self.gates: list[Gate] = [(INPUT,), (INPUT,)]
        self._known: dict[Gate, int] = {}

    def input(self) -> Literal:
        """A new free bit."""
        self.gates.append((INPUT,))
        return len(self.gates) - 1

    def _gate(self, gate: Gate) -> Literal:
        known = self._known.get(gate)
        if known is None:
            known = self._known[gate] = len(self.gates)
            self.gates.append(gate)
        return known

    def and_(self, literals: Iterable[Literal]) -> Literal:
        kept = set(literals)
        kept.discard(TRUE)
        if FALSE in kept or any(-literal in kept for literal in kept):
            return FALSE
        if len(kept) < 2:
            return kept.pop() if kept else TRUE
        return self._gate((AND, *sorted(kept)))

    def or_(self, literals: Iterable[Literal]) -> Literal:
        return -self.and_([-literal for literal in literals])

    def xor(self, a: Literal, b: Literal) -> Literal:
        if abs(a) < abs(b):
            a, b = b, a
        if abs(b) == TRUE:
            return -a if b == TRUE else a
        if abs(a) == abs(b):
            return FALSE if a == b else TRUE
        made = self._gate((XOR, abs(b), abs(a)))
        return made if (a > 0) == (b > 0) else -made

    def same(self, a: Literal, b: Literal) -> Literal:
        return -self.xor(a, b)

    def if_(self, condition: Literal, a: Literal, b: Literal) -> Literal:
        """a where the condition is true, else b."""
        if condition < 0:
            condition, a, b = -condition, b, a
        if condition == TRUE or a == b:
            return a
        if a == -b:
            return self.same(condition, a)
        if a in (TRUE, condition):
            return self.or_((condition, b))
        if a in (FALSE, -condition):
            return self.and_((-condition, b))
        if b in (TRUE, -condition):
            return self.or_((-condition, a))
        if b in (FALSE, condition):
            return self.and_((condition, a))
        if a < 0:
            return -self._gate((IF, condition, -a, -b))
        return self._gate((IF, condition, a, b))

    def majority(self, a: Literal, b: Literal, c: Literal) -> Literal:
        """Two or three of the three: the carry of an addition."""
        for one, two, other in ((a, b, c), (a, c, b), (b, c, a)):
            if one == two:
                return one
            if one == -two:
                return other
        a, b, c = sorted((a, b, c), key=abs)
        if abs(a) == TRUE:
            return self.or_((b, c)) if a == TRUE else self.and_((b, c))
        if a < 0:
            return -self._gate((MAJORITY, -a, -b, -c))
        return self._gate((MAJORITY, a, b, c))

    def cone(self, roots: Iterable[Literal]) -> list[int]:
        """The numbers of all gates that the roots depend on, inputs before what they feed."""
        seen: set[int] = {0, TRUE}
        open_ = [abs(root) for root in roots]
        while open_:
            number = open_.pop()
            if number not in seen:
                seen.add(number)
                open_.extend(map(abs, self.gates[number][1:]))
        return sorted(seen)[2:]


def clauses(number: int, gate: Gate) -> Iterator[Sequence[int]]:
    """What a gate's literal has to do with its inputs, both ways (Tseitin, 1968)."""
    kind, *inputs = gate
    if kind == AND:
        yield from ((-number, each) for each in inputs)
        yield (number, *(-each for each in inputs))
    elif kind == XOR:
        a, b = inputs
        yield from ((-number, a, b), (-number, -a, -b), (number, -a, b), (number, a, -b))
    elif kind == IF:
        condition, a, b = inputs
        yield from ((-condition, -a, number), (-condition, a, -number), (condition, -b, number), (condition, b, -number))
        yield from ((-a, -b, number), (a, b, -number))
    elif kind == MAJORITY:
        a, b, c = inputs
        yield from ((-a, -b, number), (-a, -c, number), (-b, -c, number), (a, b, -number), (a, c, -number), (b, c, -number))


def simulate(circuit: Circuit, gates: Sequence[int], values: list[int], whole: int) -> None:
    """Puts what each of these gates is, inputs before what they feed, at its number, and the opposite at minus it; what inputs are is
    there (those that are left out are false). Each bit of a value is a simulation of its own, and `whole` has all of them."""
    values[TRUE], values[-TRUE] = whole, 0
    for number in gates:
        gate = circuit.gates[number]
        if gate[0] != INPUT:
            values[number] = _value(gate, values, whole)
        values[-number] = values[number] ^ whole


def _value(gate: Gate, values: list[int], whole: int) -> int:
    kind = gate[0]
    if kind == AND:
        for literal in gate[1:]:
            whole &= values[literal]
        return whole
    if kind == XOR:
        return values[gate[1]] ^ values[gate[2]]
    one, two, other = (values[literal] for literal in gate[1:])
    return (one & two) | (~one & other) if kind == IF else (one & two) | (one & other) | (two & other)
