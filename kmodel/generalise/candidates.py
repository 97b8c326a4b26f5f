"""Clauses that hold in every sampled state: the shortest ones, so that none follows from another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from kmodel.generalise.samples import Sample
from kmodel.generalise.vocabulary import Words, moved
from kmodel.ground.open.clauses import Clause, Literal
from kmodel.records import dataclass

MOST_LITERALS = 3
MOST_CLAUSES = 250


def candidates(families: Sequence[Words], samples: Sequence[Sample]) -> list[Clause]:
    """Clauses of each family that all samples have, the shorter ones first. Of two that say the same with variables exchanged, one."""
    found: list[Clause] = []
    for number, words in enumerate(families):
        seen: set[frozenset[Literal]] = set()
        mirror = _mirror(words)
        for literals in _Hunt.of(samples, number, words).found():
            if mirror is not None and frozenset((mirror[at], holds) for at, holds in literals) in seen:
                continue
            seen.add(frozenset(literals))
            found.append(Clause(number, literals))
    return sorted(
        found, key=lambda clause: (len(clause.literals), sum(families[clause.family].atoms[at].weight for at, _ in clause.literals))
    )


def _mirror(words: Words) -> dict[int, int] | None:
    """Each atom's index where two variables of one entity are exchanged."""
    if not words.alike:
        return None
    places = {atom.key: at for at, atom in enumerate(words.atoms)}
    return {at: places.get(moved(atom.key, {0: 1, 1: 0}), -1) for at, atom in enumerate(words.atoms)}


@dataclass(slots=True)
class _Hunt:
    """`masks` are the rows of all samples in which each literal fails; `open_` the rows that a clause must cover. A clause that speaks of
    fewer variables is one of another family."""

    words: Words
    masks: list[tuple[Literal, int]]
    open_: int
    minimal: list[frozenset[Literal]] = field(default_factory=list)

    @staticmethod
    def of(samples: Sequence[Sample], family: int, words: Words) -> _Hunt:
        atoms = len(words.atoms)
        rows, fails, shift = 0, [[0, 0] for _ in range(atoms)], 0
        for sample in samples:
            rows |= sample.rows[family] << shift
            for at, (held, failed) in enumerate(sample.atoms[family]):
                fails[at][True] |= (failed & sample.rows[family]) << shift
                fails[at][False] |= (held & sample.rows[family]) << shift
            shift += max(sample.rows[family].bit_length(), *(each.bit_length() for pair in sample.atoms[family] for each in pair), 1)
        literals = [((at, holds), fails[at][holds]) for at in range(atoms) for holds in (True, False)]
        return _Hunt(words, [(literal, mask) for literal, mask in literals if rows], rows)

    def found(self) -> Iterator[tuple[Literal, ...]]:
        """Shortest first, so that a clause is kept only where no part of it is one."""
        count = 0
        for size in range(1, MOST_LITERALS + 1):
            for literals in list(self._extended((), self.open_, 0, size)):
                if count >= MOST_CLAUSES:
                    return
                if len(self.words.about(at for at, _ in literals)) == len(self.words.variables):
                    count += 1
                    yield literals

    def _extended(self, chosen: tuple[Literal, ...], left: int, first: int, size: int) -> Iterator[tuple[Literal, ...]]:
        """Clauses of exactly so many more literals that leave no row."""
        for at in range(first, len(self.masks)):
            literal, fails = self.masks[at]
            rest = left & fails
            if rest == left:
                continue
            now = (*chosen, literal)
            if size > 1:
                if rest:
                    yield from self._extended(now, rest, at + 1, size - 1)
            elif not rest and not any(known <= set(now) for known in self.minimal):
                self.minimal.append(frozenset(now))
                yield now
