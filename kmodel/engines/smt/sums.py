"""Comparisons of weighted counts, which the solver for finite domains decides better than additions of bits. A trusted file.

`3 * [a] + 2 * [b] <= 4` where [c] is 1 if c is true, else 0. Of what is compared, a number, a count, a choice of two numbers, and a
multiple or a sum of such, is a weighted count; whatever else is left to addition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, reduce
from math import gcd

from kmodel.ground.terms import Term
from kmodel.records import dataclass

FEWEST = 3
GREATEST = 2**30
"""The solver's weights are machine numbers: heavier counts are left to addition."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """`constant` and, for each condition that is true, its weight."""

    weights: Mapping[Term, int]
    constant: int

    def times(self, factor: int) -> Weighed:
        return Weighed({condition: factor * weight for condition, weight in self.weights.items()}, factor * self.constant)

    @staticmethod
    def sum(parts: Sequence[Weighed]) -> Weighed:
        weights: dict[Term, int] = {}
        for part in parts:
            for condition, weight in part.weights.items():
                weights[condition] = weights.get(condition, 0) + weight
        return Weighed(weights, sum(part.constant for part in parts))


@dataclass(frozen=True, slots=True)
class AtMost:
    """That the weights of those conditions that are as they are given here sum up to at most `bound`; weights are positive."""

    weights: tuple[tuple[Term, bool, int], ...]
    bound: int


@cache
def as_count(term: Term) -> AtMost | None:
    """A comparison (`less` or `at_most`) as one of a weighted count with a bound, where it is one worth it."""
    if term.op not in ("less", "at_most"):
        return None
    left, right = (_weighed(argument) for argument in term.arguments)
    if left is None or right is None:
        return None
    difference = Weighed.sum((left, right.times(-1)))
    weights = {condition: weight for condition, weight in difference.weights.items() if weight}
    bound = -difference.constant - (term.op == "less")
    return _scaled(weights, bound) if len(weights) >= FEWEST else None


def _scaled(weights: Mapping[Term, int], bound: int) -> AtMost | None:
    """w * [c] is w - w * [not c], so every weight can be made positive. A common factor is divided out: the bound is rounded down."""
    positive = bound - sum(weight for weight in weights.values() if weight < 0)
    factor = reduce(gcd, weights.values())
    parts = tuple((condition, weight > 0, abs(weight) // factor) for condition, weight in weights.items())
    if positive // factor >= GREATEST or sum(weight for _, _, weight in parts) >= GREATEST:
        return None
    return AtMost(parts, positive // factor)


def _weighed(term: Term) -> Weighed | None:
    match term.op:
        case "number":
            return Weighed({}, term.low or 0)
        case "count":
            return Weighed.sum([Weighed({part: 1}, 0) for part in term.arguments])
        case "if":
            return _choice(*term.arguments)
        case "multiply":
            factor, part = term.arguments[0], _weighed(term.arguments[1])
            return part.times(factor.low or 0) if part is not None and factor.op == "number" else None
        case "add":
            parts = [_weighed(part) for part in term.arguments]
            known = [part for part in parts if part is not None]
            return Weighed.sum(known) if len(known) == len(parts) else None
        case _:
            return None


def _choice(condition: Term, a: Term, b: Term) -> Weighed | None:
    if a.op != "number" or b.op != "number":
        return None
    return Weighed({condition: (a.low or 0) - (b.low or 0)}, b.low or 0)
