"""Terms over finite variables as clauses and pseudo-Boolean constraints: one literal for each value of an int variable.

A literal is a number, its negation the negative one. Sums and counts stay sums, so that a solver sees `3 * [p = n] + 2 * [q = n] <= 4` and
no adders. What cannot be said this way (a product of variables, a division) is refused. Sums that fill all values of their variables are
added up as well: that together they are too much follows from each only by trying all ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import reduce
from math import gcd

from kmodel.ground.system import State
from kmodel.ground.terms import Term, Variable, equal, not_, number, variable
from kmodel.records import dataclass

MOST_VALUES = 4096
TRUE_LITERAL = 1


class Refused(Exception):
    """The terms cannot be said in clauses and sums; the message says what."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where `when` holds, the weights of the literals that hold sum up to at most `most`. Weights are positive."""

    when: int
    weights: tuple[tuple[int, int], ...]
    most: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """`constant` and, for each literal that holds, its weight."""

    weights: Mapping[int, int]
    constant: int

    def times(self, factor: int) -> Weighed:
        return Weighed({literal: factor * weight for literal, weight in self.weights.items()}, factor * self.constant)

    @staticmethod
    def sum(parts: Sequence[Weighed]) -> Weighed:
        weights: dict[int, int] = {}
        for part in parts:
            for literal, weight in part.weights.items():
                weights[literal] = weights.get(literal, 0) + weight
        return Weighed(weights, sum(part.constant for part in parts))


@dataclass(slots=True)
class Model:
    """A conjunction. `one_of` are sets of literals of which exactly one holds. Literal 1 always holds."""

    count: int = 1
    clauses: list[tuple[int, ...]] = field(default_factory=lambda: [(TRUE_LITERAL,)])
    one_of: list[tuple[int, ...]] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    values: dict[Variable, dict[int, int]] = field(default_factory=dict)
    known: dict[Term, int] = field(default_factory=dict)

    def new(self) -> int:
        self.count += 1
        return self.count

    def declare(self, which: Variable) -> None:
        """A literal for each value of the variable."""
        if which.sort == "bool":
            literal = self.new()
            self.values[which] = {0: -literal, 1: literal}
            return
        if which.low is None or which.high is None or which.high - which.low >= MOST_VALUES:
            raise Refused(f"`{which.name}` has too many values")
        one = which.low == which.high
        self.values[which] = {value: TRUE_LITERAL if one else self.new() for value in range(which.low, which.high + 1)}
        self.one_of.append(tuple(self.values[which].values()))

    def state(self, variables: Sequence[Variable], true: frozenset[int]) -> State:
        """The values where exactly these positive literals hold."""
        held = {-literal for literal in range(1, self.count + 1) if literal not in true} | true
        return tuple(next(value for value, literal in self.values[which].items() if literal in held) for which in variables)

    # ---- what holds

    def require(self, term: Term) -> None:
        """The term holds. Without recursion into conjunctions of any depth."""
        waiting = [term]
        while waiting:
            top = waiting.pop()
            positive, inner = (False, top.arguments[0]) if top.op == "not" else (True, top)
            if inner.op == ("and" if positive else "or"):
                waiting.extend(reversed([part if positive else not_(part) for part in inner.arguments]))
            elif inner.op == ("or" if positive else "and"):
                self.clauses.append(tuple(self.literal(part) if positive else -self.literal(part) for part in inner.arguments))
            elif inner.op in ("less", "at_most"):
                self._bound(TRUE_LITERAL, inner, positive)
            else:
                self.clauses.append((self.literal(top),))

    def literal(self, term: Term) -> int:
        """A literal that holds exactly where the term does; what it is made of first, so that no depth is too much."""
        waiting = [term]
        while waiting:
            top = waiting[-1]
            missing = [part for part in self._before(top) if part not in self.known]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            if top not in self.known:
                self.known[top] = self._made(top)
        return self.known[term]

    def _before(self, term: Term) -> list[Term]:
        """The bools that the term is made of."""
        found: list[Term] = []
        waiting = list(term.arguments)
        while waiting:
            top = waiting.pop()
            if top.sort == "bool":
                found.append(top)
            else:
                waiting.extend(top.arguments)
        return found

    def _made(self, term: Term) -> int:
        match term.op:
            case "true" | "false":
                return TRUE_LITERAL if term.op == "true" else -TRUE_LITERAL
            case "variable" | "primed":
                assert isinstance(term.value, Variable)
                return self.values[term.value][1]
            case "not":
                return -self.known[term.arguments[0]]
            case "and" | "or":
                return self._junction(term.op == "and", [self.known[part] for part in term.arguments])
            case "iff":
                a, b = (self.known[part] for part in term.arguments)
                return self._either(a, b, -b)
            case "if":
                return self._either(*(self.known[part] for part in term.arguments))
            case "less" | "at_most":
                return self._compared(term)
            case "equal":
                return self._equal(*term.arguments)
            case _:
                return self._selected(term)

    def _junction(self, universal: bool, parts: Sequence[int]) -> int:
        made = self.new()
        sign = 1 if universal else -1
        self.clauses += [(-sign * made, sign * part) for part in parts]
        self.clauses.append((sign * made, *(-sign * part for part in parts)))
        return made

    def _either(self, condition: int, a: int, b: int) -> int:
        made = self.new()
        self.clauses += [(-condition, -made, a), (-condition, made, -a), (condition, -made, b), (condition, made, -b)]
        return made

    def _selected(self, term: Term) -> int:
        """A bool chosen by a number."""
        index, *options = term.arguments
        made = self.new()
        for at, option in enumerate(options):
            here, value = self._equal(index, number(at)), self.known[option]
            self.clauses += [(-here, -made, value), (-here, made, -value)]
        return made

    # ---- numbers

    def _equal(self, a: Term, b: Term) -> int:
        for one, other in ((a, b), (b, a)):
            if one.op == "number" and other.op == "variable" and isinstance(other.value, Variable):
                return self.values[other.value].get(one.low or 0, -TRUE_LITERAL)
        difference = Weighed.sum((self.weighed(a), self.weighed(b).times(-1)))
        below, above = self.new(), self.new()
        for literal, side in ((below, difference), (above, difference.times(-1))):
            self._at_most(literal, side, 0)
            self._at_most(-literal, side.times(-1), -1)
        return self._junction(True, (below, above))

    def _compared(self, term: Term) -> int:
        made = self.new()
        self._bound(made, term, True)
        self._bound(-made, term, False)
        return made

    def _bound(self, when: int, term: Term, holds: bool) -> None:
        """Where `when` holds, the comparison holds, or does not."""
        left, right = (self.weighed(argument) for argument in term.arguments)
        difference = Weighed.sum((left, right.times(-1)))
        strict = int(term.op == "less")
        if holds:
            self._at_most(when, difference, -strict)
        else:
            self._at_most(when, difference.times(-1), strict - 1)

    def _at_most(self, when: int, said: Weighed, most: int) -> None:
        """w * [c] is w - w * [not c], so that every weight can be positive. A common factor is divided out, rounding down."""
        weights = {literal: weight for literal, weight in said.weights.items() if weight and abs(literal) != TRUE_LITERAL}
        fixed = said.constant + sum(weight for literal, weight in said.weights.items() if literal == TRUE_LITERAL)
        left = most - fixed - sum(weight for weight in weights.values() if weight < 0)
        factor = reduce(gcd, weights.values(), 0) or 1
        made = tuple((literal if weight > 0 else -literal, abs(weight) // factor) for literal, weight in weights.items())
        self.bounds.append(Bound(when, made, left // factor))

    def weighed(self, term: Term) -> Weighed:
        match term.op, term.arguments:
            case "number", _:
                return Weighed({}, term.low or 0)
            case "variable", _ if isinstance(term.value, Variable):
                return Weighed.sum([Weighed({literal: value}, 0) for value, literal in self.values[term.value].items()])
            case "count", parts:
                return Weighed.sum([self._chosen(part, 1) for part in parts])
            case "add", parts:
                return Weighed.sum([self.weighed(part) for part in parts])
            case "multiply", (factor, part) if factor.op == "number":
                return self.weighed(part).times(factor.low or 0)
            case "if", (condition, a, b) if a.op == b.op == "number":
                return Weighed.sum((self._chosen(condition, (a.low or 0) - (b.low or 0)), Weighed({}, b.low or 0)))
            case "select", (index, *options) if all(option.op == "number" for option in options):
                return Weighed.sum(
                    [Weighed({self._equal(index, number(at)): option.low or 0}, 0) for at, option in enumerate(options) if option.low]
                )
            case _:
                raise Refused(f"the sums in it have a `{term.op}` that is none")

    def _chosen(self, condition: Term, weight: int) -> Weighed:
        literal = self.literal(condition)
        return Weighed({literal: weight}, 0) if literal > 0 else Weighed({-literal: -weight}, weight)


# ---- what follows by adding up


def has_room(model: Model) -> bool:
    """Whether sums that have the same weights for all values of the same variables leave room for the variables."""
    owner = {literal: (which, value) for which, values in model.values.items() for value, literal in values.items()}
    families: dict[tuple[tuple[Variable, int], ...], dict[int, int]] = {}
    for bound in model.bounds:
        places = [owner.get(literal) for literal, _ in bound.weights]
        known = [place for place in places if place is not None and place[0].sort == "int"]
        values = {value for _, value in known}
        if bound.when == TRUE_LITERAL and len(known) == len(places) and len(values) == 1:
            weighed = ((which, weight) for (which, _), (_, weight) in zip(known, bound.weights, strict=True))
            least = families.setdefault(tuple(sorted(weighed, key=lambda pair: pair[0].index)), {})
            value = values.pop()
            least[value] = min(bound.most, least.get(value, bound.most))
    return all(_fits(model, weights, most) for weights, most in families.items())


def _fits(model: Model, weights: Sequence[tuple[Variable, int]], most: Mapping[int, int]) -> bool:
    """Whether all the weights go into all the bounds, if every value that a variable can have is bounded."""
    bounded = all(value in most for which, _ in weights for value in model.values[which])
    return not bounded or sum(weight for _, weight in weights) <= sum(most.values())


def model_of(variables: Sequence[Variable], said: Sequence[Term]) -> Model:
    """The model of the terms. Raises Refused."""
    made = Model()
    for which in variables:
        made.declare(which)
    for term in said:
        made.require(term)
    return made


def starts_at(which: Variable, value: Term) -> Term:
    return equal(variable(which), value)
