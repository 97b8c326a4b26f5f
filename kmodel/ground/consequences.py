"""What a condition says of the terms under it: variables whose values it gives, and comparisons that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from kmodel.ground.rebuild import Rewriter, conjuncts
from kmodel.ground.terms import FALSE, Term, Variable, number, truth
from kmodel.records import dataclass


@dataclass(slots=True)
class Consequences:
    """Simplifies terms; remembers what it did under each set of values."""

    rewriters: dict[frozenset[tuple[Variable, int]], Rewriter] = field(default_factory=dict)

    def under(self, condition: Term, term: Term) -> Term:
        """The same as the term wherever the condition holds."""
        known = frozenset(_values(condition))
        if not known or not term.arguments:
            return term
        if known not in self.rewriters:
            values = {which: truth(bool(value)) if which.sort == "bool" else number(value) for which, value in known}
            self.rewriters[known] = Rewriter(lambda leaf: _held(values, leaf))
        return self.rewriters[known](term)


def _held(values: dict[Variable, Term], leaf: Term) -> Term | None:
    return values.get(leaf.value) if leaf.op == "variable" and isinstance(leaf.value, Variable) else None


def _values(condition: Term) -> Iterator[tuple[Variable, int]]:
    """The variables that have one value each where the condition holds."""
    for part in conjuncts(condition):
        positive, inner = (False, part.arguments[0]) if part.op == "not" else (True, part)
        if inner.op == "variable" and isinstance(inner.value, Variable):
            yield inner.value, int(positive)
        elif positive and inner.op == "equal":
            one, other = inner.arguments
            for value, which in ((one.value, other.value), (other.value, one.value)):
                if isinstance(value, int) and isinstance(which, Variable) and "primed" not in (one.op, other.op):
                    yield which, value


def satisfiable(condition: Term) -> Term:
    """The condition, or FALSE where its comparisons with numbers leave some number no value."""
    low: dict[Term, int] = {}
    high: dict[Term, int] = {}
    for part in conjuncts(condition):
        for term, is_least, bound in _limits(part):
            if is_least:
                low[term] = max(bound, low.get(term, bound))
            else:
                high[term] = min(bound, high.get(term, bound))
    return FALSE if any(least > high.get(term, least) for term, least in low.items()) else condition


def _limits(part: Term) -> Iterator[tuple[Term, bool, int]]:
    """What a comparison says of a term that is compared with a number: its least value, or (False) its greatest one."""
    positive, inner = (False, part.arguments[0]) if part.op == "not" else (True, part)
    if inner.op not in ("less", "at_most"):
        return
    one, other = inner.arguments
    strict = int(inner.op == "less")
    if isinstance(one.value, int):
        bound = one.value + strict
        yield (other, True, bound) if positive else (other, False, bound - 1)
    if isinstance(other.value, int):
        bound = other.value - strict
        yield (one, False, bound) if positive else (one, True, bound + 1)
