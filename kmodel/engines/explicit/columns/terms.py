"""Terms over columns. `RULES` has a row for each operator of `OPERATIONS`.

A bool is an array of bools, an int one of 64-bit ints; a constant is an array of one element, and stretches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from kmodel.ground.terms import Term, Variable

Column: TypeAlias = Any


class Columns:
    """The values of terms for a batch of states; `after` gives the columns of primed variables."""

    def __init__(self, variables: Mapping[Variable, Column], after: Mapping[Variable, Column] | None = None) -> None:
        self.variables, self.after = variables, after
        self.known: dict[Term, Column] = {}

    def __call__(self, term: Term) -> Column:
        open_ = [term]
        while open_:
            part = open_[-1]
            missing = [each for each in part.arguments if each not in self.known]
            if missing:
                open_ += missing
                continue
            open_.pop()
            if part not in self.known:
                self.known[part] = self._value(part)
        return self.known[term]

    def _value(self, term: Term) -> Column:
        if term.op == "number":
            return np.full(1, term.low, np.int64)
        if isinstance(term.value, Variable):
            columns = self.variables if term.op == "variable" else self.after
            assert columns is not None
            return columns[term.value]
        return RULES[term.op](*(self.known[part] for part in term.arguments))


def _select(index: Column, *options: Column) -> Column:
    return np.choose(np.clip(index, 0, len(options) - 1), options) if len(options) < _MOST_CHOICES else _selected(index, options)


_MOST_CHOICES = 30
"""NumPy's `choose` takes no more than 32 arrays."""


def _selected(index: Column, options: tuple[Column, ...]) -> Column:
    stretched = np.broadcast_arrays(index, *options)
    return np.stack(stretched[1:])[stretched[0], np.arange(len(stretched[0]))]


def _count(*parts: Column) -> Column:
    total: Column = np.zeros(1, np.int64)
    for part in parts:
        total = total + part
    return total


def _fold(operation: Callable[[Column, Column], Column]) -> Callable[..., Column]:
    def rule(first: Column, *rest: Column) -> Column:
        for each in rest:
            first = operation(first, each)
        return first

    return rule


def _divide(a: Column, b: Column) -> Column:
    return np.where(b == 0, 0, a // np.where(b == 0, 1, b))


def _modulo(a: Column, b: Column) -> Column:
    return np.where(b == 0, 0, a % np.where(b == 0, 1, b))


RULES: dict[str, Callable[..., Column]] = {
    "true": lambda: np.ones(1, bool),
    "false": lambda: np.zeros(1, bool),
    "not": np.logical_not,
    "and": _fold(np.logical_and),
    "or": _fold(np.logical_or),
    "iff": np.equal,
    "equal": np.equal,
    "less": np.less,
    "at_most": np.less_equal,
    "if": np.where,
    "select": _select,
    "count": _count,
    "add": _fold(np.add),
    "multiply": np.multiply,
    "divide": _divide,
    "modulo": _modulo,
}
