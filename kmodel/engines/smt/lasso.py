"""Temporal formulas on behaviours that go round for ever: a stem and a loop of finitely many states.

Positions are 0..n-1 and the last leads back to the one where the loop begins. A formula's value at each position is exact: `until`
is a least fixed point, which two passes reach (Biere, Heljanko, Junttila, Latvala and Schuppan, Linear Encodings of Bounded LTL
Model Checking, LMCS 2(5), 2006), the second of them from the loop's beginning on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias, assert_never

import z3

from kmodel.engines.obligations import atoms
from kmodel.engines.smt.encode import Z3
from kmodel.engines.smt.frames import Bundle, Unrolling
from kmodel.ground.system import Fairness, Formula
from kmodel.ground.terms import Term, or_
from kmodel.records import dataclass

Values: TypeAlias = list[Z3]  # one for each position


def truth(formula: Formula, atoms: Mapping[Term, Sequence[Z3]], loop: Sequence[Z3]) -> Values:
    """The formula's value at each position; `loop[i]` says that the loop begins at position i."""
    parts = [truth(part, atoms, loop) for part in formula.arguments]
    match formula.op:
        case "state":
            assert formula.term is not None
            return list(atoms[formula.term])[: len(loop)]
        case "not":
            return [z3.Not(value) for value in parts[0]]
        case "and":
            return [z3.And(*values) for values in zip(*parts, strict=True)]
        case "or":
            return [z3.Or(*values) for values in zip(*parts, strict=True)]
        case "until":
            return _until(parts[0], parts[1], loop)
        case "eventually":
            return _until([z3.BoolVal(True)] * len(loop), parts[0], loop)
        case "always":
            fails = [z3.Not(value) for value in parts[0]]
            return [z3.Not(value) for value in _until([z3.BoolVal(True)] * len(loop), fails, loop)]
        case _:
            assert_never(formula.op)


def _until(first: Values, second: Values, loop: Sequence[Z3]) -> Values:
    again = _backwards(first, second, z3.BoolVal(False))
    return _backwards(first, second, z3.Or([z3.And(begins, value) for begins, value in zip(loop, again, strict=True)]))


def _backwards(first: Values, second: Values, end: Z3) -> Values:
    values: Values = []
    for holds, comes in zip(reversed(first), reversed(second), strict=True):
        end = z3.Or(comes, z3.And(holds, end))
        values.append(end)
    return values[::-1]


def fair(group: Fairness, loop: Sequence[Z3], taken: Sequence[Z3], enabled: Sequence[Z3]) -> Z3:
    """Weak: taken in the loop, or not enabled somewhere in it. Strong: taken in the loop, or not enabled anywhere in it."""
    within = [z3.Or(list(loop[: at + 1])) for at in range(len(loop))]
    happens = z3.Or([z3.And(inside, takes) for inside, takes in zip(within, taken, strict=True)])
    idle = [z3.Not(able) for able in enabled]
    if group.kind == "weak":
        return z3.Or(happens, *(z3.And(inside, rests) for inside, rests in zip(within, idle, strict=True)))
    return z3.Or(happens, z3.And([z3.Implies(inside, rests) for inside, rests in zip(within, idle, strict=True)]))


@dataclass(frozen=True, slots=True)
class LassoClaim:
    """That the property at `index` in the system's claims fails on the lasso."""

    index: int
    fails: Z3


@dataclass(frozen=True, slots=True)
class Lasso:
    """That a behaviour of so many steps is `closed` to a fair lasso, in what state its loop `begins` (None: in the last state nothing
    happens any more), and that the properties fail on it."""

    closed: Z3
    begins: Z3 | None
    claims: tuple[LassoClaim, ...]


@dataclass(frozen=True, slots=True)
class Lassos:
    """The lassos of each length. Of each state: the state terms of the properties, and which fair groups can take a step."""

    unrolling: Unrolling
    properties: tuple[tuple[int, Formula], ...]
    terms: tuple[Term, ...]
    bundle: Bundle
    positions: list[list[Z3]] = field(default_factory=list)

    @staticmethod
    def make(unrolling: Unrolling, able: Sequence[Term]) -> Lassos:
        """`able[i]` says that action i can be taken."""
        claims = enumerate(unrolling.system.claims)
        properties = tuple((at, claim.formula) for at, claim in claims if claim.formula is not None)
        terms = tuple(dict.fromkeys(atom for _, formula in properties for atom in atoms(formula)))
        groups = [or_(*(able[at] for at in group.actions)) for group in unrolling.system.fairness] if properties else []
        return Lassos(unrolling, properties, terms, unrolling.bundle([*terms, *groups]))

    def at(self, depth: int) -> Iterator[Lasso]:
        """The lassos in which `depth` steps do something: those that lead back, then those after which nothing happens."""
        if not self.properties:
            return
        self.positions.extend(self.unrolling.put(self.bundle, k) for k in range(len(self.positions), depth + 1))
        if depth > 0:
            yield self._leading_back(depth)
        loop = [z3.BoolVal(at == depth) for at in range(depth + 1)]
        rest = [z3.Not(enabled[depth]) for enabled in self._enabled(depth + 1)]
        yield Lasso(z3.And(rest), None, self._claims(loop))

    def _leading_back(self, depth: int) -> Lasso:
        begins = z3.BitVec(f"loop@{depth}", max(1, (depth - 1).bit_length()))
        loop = [begins == at for at in range(depth)]
        back = [z3.Implies(begins_here, self.unrolling.same(at, depth)) for at, begins_here in enumerate(loop)]
        groups = zip(self.unrolling.system.fairness, self._enabled(depth), strict=True)
        fairly = [fair(group, loop, [self._taken(group, k) for k in range(depth)], enabled) for group, enabled in groups]
        return Lasso(z3.And(z3.Or(loop), *back, *fairly), begins, self._claims(loop))

    def _claims(self, loop: Sequence[Z3]) -> tuple[LassoClaim, ...]:
        values = {term: [position[at] for position in self.positions] for at, term in enumerate(self.terms)}
        return tuple(LassoClaim(at, z3.Not(truth(formula, values, loop)[0])) for at, formula in self.properties)

    def _enabled(self, length: int) -> list[list[Z3]]:
        """For each fair group, whether it can take a step, at each position."""
        groups = range(len(self.terms), self.bundle.size)
        return [[position[at] for position in self.positions[:length]] for at in groups]

    def _taken(self, group: Fairness, k: int) -> Z3:
        taken = self.unrolling.taken(k)
        return z3.Or([taken[at] for at in group.actions])
