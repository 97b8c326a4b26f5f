"""Facts that rest on each other linearly, solved by the closure of a matrix.

Where each fact of a component is a constant or some of its facts with coefficients (reachability: an edge, or an edge and a fact about
its end), the least solution is C + A⁺·C: A has the coefficients and C the constants. By squaring, A⁺ takes n³·log n terms and is the same
for all components with these coefficients (for all ends), where unrolling takes n³ for each of them. (Elimination would take n³, but tell
individuals apart by their order: interchangeable ones would not be found to be.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import reduce
from operator import or_ as or_bits
from typing import TypeAlias

from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, or_
from kmodel.records import dataclass

FEW = 10_000
"""Terms that unrolling may take: of few facts, terms that are unrolled are simplified further."""

Linear: TypeAlias = dict[Variable | None, Term]
"""A disjunction: the constant (None), and each unknown with its coefficient."""

Matrix: TypeAlias = tuple[tuple[Term, ...], ...]


@dataclass(slots=True)
class Closures:
    """Solves components. `reads` tells which unknowns a term speaks of; `alike[n]` how many components have n facts."""

    reads: Callable[[Term], frozenset[Variable]]
    alike: Mapping[int, int]
    known: dict[Matrix, Matrix] = field(default_factory=dict)

    def solved(self, bodies: Mapping[Variable, Term]) -> dict[Variable, Term] | None:
        """The least solution; None where a body is not linear or unrolling takes fewer terms."""
        order = sorted(bodies, key=lambda which: -which.index)
        unknown = frozenset(bodies)
        rows = [self._linear(bodies[which], unknown) for which in order]
        linear = [row for row in rows if row is not None]
        if len(linear) < len(rows):
            return None
        matrix = tuple(tuple(row.get(which, FALSE) for which in order) for row in linear)
        constants = [row.get(None, FALSE) for row in linear]
        if matrix not in self.known:
            if not self._is_worth_it(matrix):
                return None
            self.known[matrix] = closure(matrix)
        return dict(zip(order, _together(matrix, self.known[matrix], constants), strict=True))

    def _linear(self, term: Term, unknown: frozenset[Variable]) -> Linear | None:
        open_ = self.reads(term) & unknown
        if not open_:
            return {None: term}
        if isinstance(term.value, Variable):
            return {term.value: TRUE}
        if term.op == "or":
            return _joined([self._linear(part, unknown) for part in term.arguments])
        if term.op != "and":
            return None
        with_ = [part for part in term.arguments if self.reads(part) & open_]
        inner = self._linear(with_[0], unknown) if len(with_) == 1 else None
        rest = and_(*(part for part in term.arguments if part is not with_[0]))
        return None if inner is None else {which: and_(rest, factor) for which, factor in inner.items()}

    def _is_worth_it(self, matrix: Matrix) -> bool:
        """Whether the closure takes fewer terms than n rounds for each component of this size."""
        size = len(matrix)
        rows = [sum(1 << to for to, factor in enumerate(row) if factor is not FALSE) for row in matrix]
        most = size * sum(map(int.bit_count, rows)) * self.alike.get(size, 1)
        made = 0
        for _ in range((size - 1).bit_length()):
            joined = [row | reduce(or_bits, (rows[to] for to in range(size) if row >> to & 1), 0) for row in rows]
            made += sum(rows[to].bit_count() for row in rows for to in range(size) if row >> to & 1)
            rows = joined
        return max(made, FEW) < most


def _joined(parts: Sequence[Linear | None]) -> Linear | None:
    found: dict[Variable | None, list[Term]] = {}
    for part in parts:
        if part is None:
            return None
        for which, factor in part.items():
            found.setdefault(which, []).append(factor)
    return {which: or_(*factors) for which, factors in found.items()}


def closure(matrix: Matrix) -> Matrix:
    """Along which ways, of one step or more, one leads to the other: each round joins ways to such of up to twice as many steps."""
    ways = matrix
    for _ in range((len(matrix) - 1).bit_length()):
        places = [[at for at, way in enumerate(row) if way is not FALSE] for row in ways]
        joined = tuple(tuple(or_(way, *_over(ways, row, to, places)) for to, way in enumerate(ways[row])) for row in range(len(ways)))
        if joined == ways:
            break
        ways = joined
    return ways


def _over(ways: Matrix, row: int, to: int, places: Sequence[Sequence[int]]) -> Iterator[Term]:
    """The ways over one in the middle."""
    for middle in places[row]:
        if ways[middle][to] is not FALSE:
            yield and_(ways[row][middle], ways[middle][to])


def _together(matrix: Matrix, ways: Matrix, constants: Sequence[Term]) -> list[Term]:
    """C + A⁺·C; where C is a column of A, that of A⁺."""
    columns = list(zip(*matrix, strict=True))
    if tuple(constants) in columns:
        at = columns.index(tuple(constants))
        return [row[at] for row in ways]
    return [
        or_(own, *(and_(way, other) for way, other in zip(row, constants, strict=True))) for own, row in zip(constants, ways, strict=True)
    ]
