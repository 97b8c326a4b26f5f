"""Fields that are looked at together, or found by shifting, say what each would say for itself."""

from __future__ import annotations

from ctypes import CFUNCTYPE, addressof, c_uint64, c_void_p

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines.explicit.native.strides import Strides
from kmodel.ground.terms import FALSE, Term, and_, count, equal, not_, number, or_, select, variable
from kmodel.semantics.evaluate import evaluate
from tests.strategies.handmade import bool_variable, int_variable, system

pytest.importorskip("llvmlite")
compiling = pytest.importorskip("kmodel.engines.explicit.native.compile")
lower = pytest.importorskip("kmodel.engines.explicit.native.lower")
packing = pytest.importorskip("kmodel.engines.explicit.native.packing")

VARIABLES = [int_variable(f"x{at}", at, at % 2, at % 2 + (1, 2, 3, 6)[at % 4]) for at in range(20)]
VARIABLES += [bool_variable(f"b{at}", at) for at in range(20, 26)]
FORM = packing.packing(system(VARIABLES, [None] * len(VARIABLES), [], []))


@st.composite
def literals(draw: st.DrawFn) -> Term:
    which = VARIABLES[draw(st.integers(0, len(VARIABLES) - 1))]
    if which.sort == "bool":
        made = variable(which)
    else:
        assert which.low is not None
        assert which.high is not None
        made = equal(variable(which), number(draw(st.integers(which.low, which.high))))
    return not_(made) if draw(st.booleans()) else made


def computed(terms: list[Term], state: tuple[int, ...]) -> list[int]:
    """The terms' values, by machine code."""
    emitter = lower.reading(FORM)
    for at, term in enumerate(terms):
        name = emitter.term(term)
        wide = emitter.op(f"zext i1 {name} to i64") if term.sort == "bool" else name
        emitter.raw(f"store i64 {wide}, ptr {emitter.op(f'getelementptr i64, ptr %out, i64 {at}')}")
    text = "\n".join(["define void @compute(ptr %s, ptr %out) {", *emitter.lines, "  ret void", "}", ""])
    code = compiling.compiled(text, ("compute",), compiling.QUICK)
    words, out = (c_uint64 * FORM.words)(*FORM.encode(state)), (c_uint64 * len(terms))()
    CFUNCTYPE(None, c_void_p, c_void_p)(code.addresses["compute"])(addressof(words), addressof(out))
    return list(out)


def states() -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*(st.integers(which.low or 0, 1 if which.high is None else which.high) for which in VARIABLES))


@settings(max_examples=min(60, settings.default.max_examples))
@given(st.lists(literals(), min_size=1, max_size=12), states())
def test_together_they_say_what_each_says(some: list[Term], state: tuple[int, ...]) -> None:
    terms = [and_(*some), or_(*some), count(*some), not_(and_(*some)), *some]
    assert computed(terms, state) == [evaluate(term, state) for term in terms]


def test_many_fields_of_one_width_are_one_test() -> None:
    wide = [which for which in VARIABLES if (which.low, which.high) == (0, 3)]
    terms = [and_(*(not_(equal(variable(which), number(2))) for which in wide))]
    for state in (tuple(which.low or 0 for which in VARIABLES), tuple(which.high or 1 for which in VARIABLES)):
        assert computed(terms, state) == [evaluate(terms[0], state)]
    emitter = lower.reading(FORM)
    emitter.term(terms[0])
    assert sum("icmp" in line for line in emitter.lines) == 1


@st.composite
def selections(draw: st.DrawFn) -> Term:
    """A choice among variables of one kind, mostly in a row, with something else here and there."""
    kind = draw(st.integers(0, 4))
    alike = VARIABLES[20:] if kind == 4 else VARIABLES[kind:20:4]
    first, step = draw(st.integers(0, len(alike) - 1)), draw(st.sampled_from((1, 1, 2, -1)))
    index = VARIABLES[3]
    options = [variable(alike[(first + step * at) % len(alike)]) for at in range((index.high or 0) + 1)]
    for at in draw(st.sets(st.integers(0, len(options) - 1), max_size=2)):
        options[at] = FALSE if kind == 4 else number(alike[0].low or 0)
    return select(variable(index), tuple(options))


@settings(max_examples=min(100, settings.default.max_examples))
@given(st.lists(selections(), min_size=1, max_size=4), states())
def test_the_field_of_a_number_is_found_by_shifting(terms: list[Term], state: tuple[int, ...]) -> None:
    assert computed(terms, state) == [evaluate(term, state) for term in terms]


@pytest.mark.parametrize("index", range(8))
def test_every_number_finds_its_field(index: int) -> None:
    row = tuple(variable(which) for which in VARIABLES[20:])
    term = select(variable(VARIABLES[3]), (FALSE, FALSE, *row))
    for bit in range(20, 26):
        state = [which.low or 0 for which in VARIABLES]
        state[3], state[bit] = 1 + index % 7, 1
        assert computed([term], tuple(state)) == [evaluate(term, tuple(state))]
    emitter = lower.reading(FORM)
    emitter.term(term)
    assert sum("select" in line for line in emitter.lines) <= 2, "not one comparison a field"


def test_fields_of_different_kinds_are_no_row() -> None:
    options = (VARIABLES[0], VARIABLES[1], VARIABLES[2], VARIABLES[20])
    fields = [lower.reading(FORM).field(which) for which in options]
    assert Strides.among(fields, range(4)) is None
