"""Random terms over given variables: every operation of `terms.OPERATIONS` comes up. They shrink to constants and variables.

Built by drawing operations from fixed tables, so that no strategy is made anew for each example: that is what costs time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from hypothesis import strategies as st

from kmodel.ground.terms import (
    FALSE,
    TRUE,
    Term,
    Variable,
    add,
    and_,
    at_most,
    count,
    divide,
    equal,
    if_,
    less,
    modulo,
    multiply,
    negate,
    not_,
    number,
    or_,
    primed,
    select,
    variable,
)

Sort = Literal["bool", "int"]
_SIGNATURES: Mapping[Sort, Sequence[tuple[Callable[..., Term], tuple[Sort, ...]]]] = {
    "bool": (
        (equal, ("int", "int")),
        (less, ("int", "int")),
        (at_most, ("int", "int")),
        (not_, ("bool",)),
        (and_, ("bool", "bool")),
        (or_, ("bool", "bool")),
        (equal, ("bool", "bool")),
        (or_, ("bool", "bool", "bool")),
        (if_, ("bool", "bool", "bool")),
        (lambda index, *options: select(modulo(index, number(len(options))), options), ("int", "bool", "bool", "bool")),
    ),
    "int": (
        (add, ("int", "int")),
        (negate, ("int",)),
        (count, ("bool", "bool", "bool")),
        (if_, ("bool", "int", "int")),
        (add, ("int", "int", "int")),
        (multiply, ("int", "int")),
        (divide, ("int", "int")),
        (modulo, ("int", "int")),
        (lambda index, *options: select(modulo(index, number(len(options))), options), ("int", "int", "int", "int")),
    ),
}
_ROWS = {sort: st.integers(0, len(rows) - 1) for sort, rows in _SIGNATURES.items()}
_CONSTANTS: Mapping[Sort, st.SearchStrategy[Term]] = {
    "bool": st.sampled_from((TRUE, FALSE)),
    "int": st.integers(-2, 4).map(number),
}
_COINS = st.integers(0, 3)
_PLACES = tuple(st.integers(0, size) for size in range(16))


def draw_term(draw: st.DrawFn, sort: Sort, variables: Sequence[Variable], depth: int, *, after: bool = False) -> Term:
    """A term of at most `depth` operations in a path; with `after`, variables may be primed."""
    coin = draw(_COINS)
    if depth == 0 or coin == 0:
        return _leaf(draw, sort, variables, after)
    build, sorts = _SIGNATURES[sort][draw(_ROWS[sort])]
    return build(*(draw_term(draw, each, variables, depth - 1, after=after) for each in sorts))


def _leaf(draw: st.DrawFn, sort: Sort, variables: Sequence[Variable], after: bool) -> Term:
    fitting = [which for which in variables if which.sort == sort]
    coin = draw(_COINS)
    if not fitting or coin == 3:
        return draw(_CONSTANTS[sort])
    which = fitting[draw(_PLACES[len(fitting) - 1])]
    return primed(which) if after and coin == 2 else variable(which)


@st.composite
def bool_terms(draw: st.DrawFn, variables: Sequence[Variable], depth: int = 2, *, after: bool = False) -> Term:
    return draw_term(draw, "bool", variables, depth, after=after)


@st.composite
def int_terms(draw: st.DrawFn, variables: Sequence[Variable], depth: int = 2, *, after: bool = False) -> Term:
    """Small numbers of either sign."""
    return draw_term(draw, "int", variables, depth, after=after)
