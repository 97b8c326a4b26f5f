"""The generated code: how it reads, and that it has a rule for every operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from kmodel.engines.explicit.express import RULES
from kmodel.engines.explicit.generate import check, compiled, expand, label, successors
from kmodel.engines.explicit.layout import WORD, Layout, layout
from kmodel.engines.explicit.starts import starts
from kmodel.engines.explicit.steps import CONSTRUCTORS
from kmodel.ground.system import Action, System
from kmodel.ground.terms import OPERATIONS, TRUE, add, and_, equal, implies, less, not_, number, primed, variable
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, system

GOLDEN = Path(__file__).parent / "golden"


def small() -> System:
    """Two pods are given one of two addresses, by a plugin that may be paused, and are counted."""
    paused = bool_variable("paused", 0)
    first, second = int_variable("p1.ip", 1, 0, 2), int_variable("p2.ip", 2, 0, 2)
    given = int_variable("given", 3, 0, 3)
    count_up = (given, add(variable(given), number(1)))
    actions: list[Action] = []
    for which, address in product((first, second), (1, 2)):
        free = and_(not_(variable(paused)), equal(variable(which), number(0)))
        made = action("allocate", free, [(which, number(address)), count_up])
        actions.append(replace(made, arguments=(("p", which.name[:2]), ("a", f"a{address}"))))
    actions.append(action("release", less(number(0), variable(first)), [(first, number(0))]))
    actions.append(action("pause", TRUE, [(paused, not_(variable(paused)))]))
    claims = [
        claim("invariant", "unique", implies(less(number(0), variable(first)), not_(equal(variable(first), variable(second))))),
        claim("transition", "counts", implies(variable(paused), equal(primed(given), variable(given))), exercised=variable(paused)),
        claim("witness", "both", and_(less(number(0), variable(first)), less(number(0), variable(second)))),
        defined(),
    ]
    return system([paused, first, second, given], [None, 0, 0, 0], actions, claims, initial=[not_(variable(paused))])


@pytest.mark.parametrize("make", [expand, successors, check, starts], ids=lambda make: make.__name__)
def test_generated_code_reads_as_recorded(make: Callable[[System, Layout], str]) -> None:
    """To record it anew, delete the file in `golden/`, run this test twice and read the difference."""
    made = small()
    text = make(made, layout(made))
    recorded = GOLDEN / f"{make.__name__}.py.txt"
    if not recorded.exists():
        recorded.write_text(text, encoding="utf-8")
        pytest.fail("recorded anew: read it")
    assert text == recorded.read_text(encoding="utf-8")


def test_every_operator_has_its_rules() -> None:
    assert RULES.keys() == OPERATIONS.keys()
    assert CONSTRUCTORS.keys() == OPERATIONS.keys() - {"true", "false", "number", "variable", "primed"}


def test_fields_do_not_straddle_words() -> None:
    sizes = [0, 1, 6, 200, 5, 10**6, 3, 10**12, 1, 10**8]
    variables = [int_variable(f"x{at}", at, -3, size - 3) for at, size in enumerate(sizes)]
    form = layout(system(variables, [-3] * len(sizes), [], []))
    for field in form.fields:
        assert field.width > WORD or field.width == 0 or field.offset // WORD == (field.offset + field.width - 1) // WORD
    highest = tuple(size - 3 for size in sizes)
    assert form.decode(form.encode(highest)) == highest
    assert form.encode(highest).bit_length() == form.bits


def test_wide_fields_are_read_and_written() -> None:
    big = [int_variable(f"x{at}", at, -(10**10), 10**10) for at in range(3)]
    step = action(
        "step", less(variable(big[0]), variable(big[2])), [(big[1], add(variable(big[2]), number(-1))), (big[0], variable(big[2]))]
    )
    made = system(big, [5, 7, 10**9], [step], [])
    form = layout(made)
    steps = compiled(successors(made, form), "successors")(form.encode((5, 7, 10**9)))
    assert [(at, form.decode(after)) for at, after in steps] == [(0, (10**9, 10**9 - 1, 10**9))]


def test_labels_have_a_bit_for_each_term() -> None:
    x = int_variable("x", 0, 0, 3)
    made = system([x], [0], [], [])
    terms = tuple(less(variable(x), number(limit)) for limit in (1, 2, 3))
    assert compiled(label(terms, layout(made)), "label")([0, 1, 2, 3]) == [7, 6, 4, 0]
    assert compiled(label((), layout(made)), "label")([0, 1]) == [0, 0]
